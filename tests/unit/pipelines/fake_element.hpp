// SPDX-License-Identifier: MIT
// An element that pretends to be another one: GStreamer's registry says that it is installed, what it does is
// a chain of real elements. For hardware that a test's computer does not have.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>
#include <vector>

namespace classcast::pipelines {

struct FakeElement {
  std::string factory;
  std::string chain;                    ///< empty: one that cannot be built
  std::vector<const char*> properties;  ///< accepted, of no effect
};

namespace fake_element {

inline const FakeElement& description(gpointer type_class) {
  static const auto key = g_quark_from_static_string("classcast-fake");
  return *static_cast<FakeElement*>(g_type_get_qdata(G_TYPE_FROM_CLASS(type_class), key));
}

inline void set_property(GObject*, guint, const GValue*, GParamSpec*) {}

inline void init_class(gpointer type_class, gpointer) {
  auto* object_class = G_OBJECT_CLASS(type_class);
  object_class->set_property = set_property;
  guint id = 0;
  for (const auto* name : description(type_class).properties) {
    g_object_class_install_property(object_class, ++id,
                                    g_param_spec_string(name, name, name, nullptr, G_PARAM_WRITABLE));
  }
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(type_class), "Fake", "Codec/Encoder/Video",
                                        "Stands in for hardware", "Classcast");
}

inline void init(GTypeInstance* instance, gpointer type_class) {
  auto* inner = gst_parse_bin_from_description(description(type_class).chain.c_str(), TRUE, nullptr);
  gst_bin_add(GST_BIN(instance), inner);
  for (const auto* name : {"sink", "src"}) {
    auto* pad = gst_element_get_static_pad(inner, name);
    if (pad == nullptr) continue;
    gst_element_add_pad(GST_ELEMENT(instance), gst_ghost_pad_new(name, pad));
    gst_object_unref(pad);
  }
}

}  // namespace fake_element

/// Registered as long as it lives, above a real one of that name.
class Pretence {
 public:
  explicit Pretence(FakeElement element) : element_(std::make_unique<FakeElement>(std::move(element))) {
    static int count = 0;
    const auto name = "ClasscastFake" + std::to_string(++count);
    const GTypeInfo info{
        sizeof(GstBinClass), nullptr, nullptr, fake_element::init_class, nullptr, nullptr, sizeof(GstBin), 0,
        fake_element::init,  nullptr};
    const auto type = g_type_register_static(GST_TYPE_BIN, name.c_str(), &info, GTypeFlags{});
    g_type_set_qdata(type, g_quark_from_static_string("classcast-fake"), element_.get());
    former_ = gst_registry_lookup_feature(gst_registry_get(), element_->factory.c_str());
    gst_element_register(nullptr, element_->factory.c_str(), GST_RANK_NONE, type);
  }
  ~Pretence() {
    auto* registry = gst_registry_get();
    auto* fake = gst_registry_lookup_feature(registry, element_->factory.c_str());
    gst_registry_remove_feature(registry, fake);
    gst_object_unref(fake);
    if (former_ == nullptr) return;
    gst_registry_add_feature(registry, former_);
    gst_object_unref(former_);
  }
  Pretence(const Pretence&) = delete;
  Pretence& operator=(const Pretence&) = delete;

 private:
  std::unique_ptr<FakeElement> element_;
  GstPluginFeature* former_ = nullptr;
};

}  // namespace classcast::pipelines
