// SPDX-License-Identifier: MIT
// Ref<T>: a counted reference to a GObject or GstMiniObject-like handle; Unique<T>: sole ownership of a C
// handle.
#pragma once

#include <gio/gio.h>

#include <memory>
#include <utility>

namespace classcast::glib {

/// How a type is referenced; specialised for types that are not GObjects.
template <typename T>
struct RefTraits {
  static void ref(T* object) { g_object_ref(object); }
  static void unref(T* object) { g_object_unref(object); }
};
template <>
struct RefTraits<GBytes> {
  static void ref(GBytes* object) { g_bytes_ref(object); }
  static void unref(GBytes* object) { g_bytes_unref(object); }
};
template <>
struct RefTraits<GMainContext> {
  static void ref(GMainContext* object) { g_main_context_ref(object); }
  static void unref(GMainContext* object) { g_main_context_unref(object); }
};
template <>
struct RefTraits<GMainLoop> {
  static void ref(GMainLoop* object) { g_main_loop_ref(object); }
  static void unref(GMainLoop* object) { g_main_loop_unref(object); }
};

template <typename T>
class Ref {
 public:
  Ref() = default;
  /// Takes over a reference that the caller owns (a "transfer full" return value).
  static Ref adopt(T* object) { return Ref(object); }
  /// Adds a reference of its own (a "transfer none" return value).
  static Ref retain(T* object) {
    if (object != nullptr) RefTraits<T>::ref(object);
    return Ref(object);
  }
  /// Takes over a floating reference.
  static Ref sink(T* object) {
    if (object != nullptr) g_object_ref_sink(object);
    return Ref(object);
  }

  Ref(const Ref& other) : Ref(retain(other.object_)) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { reset(); }

  void reset() {
    if (auto* object = std::exchange(object_, nullptr)) RefTraits<T>::unref(object);
  }
  [[nodiscard]] T* get() const { return object_; }
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit Ref(T* object) : object_(object) {}
  T* object_ = nullptr;
};

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

/// `Unique<GKeyFile, g_key_file_free> file(g_key_file_new());`
template <typename T, auto Free>
using Unique = std::unique_ptr<T, Deleter<Free>>;

using UniqueText = Unique<char, g_free>;

/// Receives a GError from a C call: `GErrorSlot error; call(..., error.out()); if (error) …`.
class GErrorSlot {
 public:
  GErrorSlot() = default;
  GErrorSlot(const GErrorSlot&) = delete;
  GErrorSlot& operator=(const GErrorSlot&) = delete;
  ~GErrorSlot() { g_clear_error(&error_); }

  GError** out() {
    g_clear_error(&error_);
    return &error_;
  }
  explicit operator bool() const { return error_ != nullptr; }
  [[nodiscard]] const char* text() const { return error_ != nullptr ? error_->message : "unknown error"; }
  [[nodiscard]] bool is(GQuark domain, int code) const { return g_error_matches(error_, domain, code) != 0; }

 private:
  GError* error_ = nullptr;
};

}  // namespace classcast::glib
