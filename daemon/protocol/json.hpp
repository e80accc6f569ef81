// SPDX-License-Identifier: MIT
// Strict JSON over json-glib: reading remembers the first fault, writing builds one object.
#pragma once

#include "base/result.hpp"

#include <json-glib/json-glib.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::protocol {

/// Largest text and deepest nesting that is parsed; a stranger may send more.
inline constexpr std::size_t kMaxJsonBytes = 1 << 20;
inline constexpr int kMaxJsonDepth = 32;

/// One JSON object being read. Missing or mistyped members are remembered, not thrown: read everything, then
/// ask `finish()` once. Members of nested objects report to the same place.
class JsonReader {
 public:
  /// Errc::invalid when the text is not one JSON object or exceeds the limits.
  static Result<JsonReader> parse(std::string_view text);

  std::string text(const char* key);
  std::int64_t integer(const char* key);
  double number(const char* key);
  bool boolean(const char* key);
  std::optional<std::string> optional_text(const char* key);
  std::optional<std::int64_t> optional_integer(const char* key);
  std::optional<double> optional_number(const char* key);
  std::optional<bool> optional_boolean(const char* key);
  JsonReader object(const char* key);
  std::optional<JsonReader> optional_object(const char* key);
  std::vector<JsonReader> objects(const char* key);
  /// Empty when the member is missing.
  std::vector<JsonReader> optional_objects(const char* key);
  /// An array of strings; empty when it is absent.
  std::vector<std::string> optional_texts(const char* key);
  /// The members of this object, all of which must be strings.
  std::vector<std::pair<std::string, std::string>> text_members();
  /// This object as JSON text.
  [[nodiscard]] std::string json() const;

  /// Records a fault of the reader's own, e.g. a word that is not in an enumeration.
  void refuse(const char* key, std::string_view why);
  /// The first fault as Errc::invalid, or nothing.
  [[nodiscard]] Result<void> finish() const;

 private:
  struct Document;
  JsonReader(std::shared_ptr<Document> document, JsonObject* object);
  JsonNode* member(const char* key, bool required);
  JsonNode* value(const char* key, bool required, GType type);
  std::vector<JsonReader> elements(const char* key, JsonNode* node);

  std::shared_ptr<Document> document_;
  JsonObject* object_;
};

/// An array of texts. Errc::invalid when it is anything else or exceeds the limits.
Result<std::vector<std::string>> parse_texts(std::string_view text);

/// Builds one JSON object; optional members are left out when empty.
class JsonWriter {
 public:
  JsonWriter();

  JsonWriter& text(const char* key, std::string_view value);
  JsonWriter& integer(const char* key, std::int64_t value);
  JsonWriter& number(const char* key, double value);
  JsonWriter& boolean(const char* key, bool value);
  JsonWriter& integer(const char* key, std::optional<std::int64_t> value);
  JsonWriter& number(const char* key, std::optional<double> value);
  JsonWriter& object(const char* key, const std::function<void(JsonWriter&)>& fill);
  JsonWriter& texts(const char* key, const std::vector<std::string>& values);
  /// A member that is JSON already; null when it is not.
  JsonWriter& json(const char* key, std::string_view value);

  template <typename Items, typename Fill>
  JsonWriter& objects(const char* key, const Items& items, Fill fill) {
    begin_array(key);
    for (const auto& item : items) {
      begin_element();
      fill(*this, item);
      end_object();
    }
    return end_array();
  }

  /// The finished object; the writer is spent.
  std::string finish();

 private:
  void begin_array(const char* key);
  void begin_element();
  void end_object();
  JsonWriter& end_array();

  struct Unref {
    void operator()(JsonBuilder* builder) const { g_object_unref(builder); }
  };
  std::unique_ptr<JsonBuilder, Unref> builder_;
};

}  // namespace classcast::protocol
