// SPDX-License-Identifier: MIT
#include "protocol/json.hpp"

#include "base/strings.hpp"

#include <cmath>
#include <memory>

namespace classcast::protocol {

namespace {

/// json-glib 1.6 parses recursively without a limit, so the depth is measured first.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxJsonDepth) return true;
  }
  return false;
}

/// Texts are C strings inside json-glib: what follows an escaped NUL would be lost without a word.
bool holds_nul(std::string_view text) {
  for (auto at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 2)) {
    if (text.substr(at, 6) == "\\u0000") return true;
  }
  return false;
}

}  // namespace

struct JsonReader::Document {
  ~Document() {
    if (root != nullptr) json_node_unref(root);
  }
  JsonNode* root = nullptr;
  std::string fault;
};

JsonReader::JsonReader(std::shared_ptr<Document> document, JsonObject* object)
    : document_(std::move(document)), object_(object) {}

namespace {

struct FreeNode {
  void operator()(JsonNode* node) const { json_node_unref(node); }
};
using Node = std::unique_ptr<JsonNode, FreeNode>;

/// Any JSON within the limits.
Result<Node> parse_root(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return fail(Errc::invalid, "JSON of more than {} bytes", kMaxJsonBytes);
  if (too_deep(text)) return fail(Errc::invalid, "JSON nested deeper than {}", kMaxJsonDepth);
  if (g_utf8_validate_len(text.data(), text.size(), nullptr) == 0)
    return fail(Errc::invalid, "JSON is not UTF-8");
  if (holds_nul(text)) return fail(Errc::invalid, "JSON with a NUL character");
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  g_autoptr(GError) error = nullptr;
  if (json_parser_load_from_data(parser, text.data(), static_cast<gssize>(text.size()), &error) == 0) {
    return fail(Errc::invalid, "not a JSON object: {}", error != nullptr ? printable(error->message) : "");
  }
  Node root(json_parser_steal_root(parser));
  if (!root) return fail(Errc::invalid, "not a JSON object");
  return root;
}

}  // namespace

Result<std::vector<std::string>> parse_texts(std::string_view text) {
  auto root = parse_root(text);
  if (!root) return fail(root);
  if (!JSON_NODE_HOLDS_ARRAY(root->get())) return fail(Errc::invalid, "not a JSON array");
  auto* array = json_node_get_array(root->get());
  std::vector<std::string> texts;
  for (guint i = 0; i < json_array_get_length(array); ++i) {
    auto* element = json_array_get_element(array, i);
    auto is_text = JSON_NODE_HOLDS_VALUE(element) && json_node_get_value_type(element) == G_TYPE_STRING;
    if (!is_text) return fail(Errc::invalid, "the array holds something that is not a text");
    texts.emplace_back(json_node_get_string(element));
  }
  return texts;
}

Result<JsonReader> JsonReader::parse(std::string_view text) {
  auto root = parse_root(text);
  if (!root) return fail(root);
  if (!JSON_NODE_HOLDS_OBJECT(root->get())) return fail(Errc::invalid, "not a JSON object");
  auto document = std::make_shared<Document>();
  document->root = root->release();
  auto* object = json_node_get_object(document->root);
  return JsonReader(std::move(document), object);
}

void JsonReader::refuse(const char* key, std::string_view why) {
  if (document_->fault.empty()) document_->fault = fmt::format("\"{}\" {}", key, why);
}

Result<void> JsonReader::finish() const {
  if (!document_->fault.empty()) return fail(Errc::invalid, "{}", document_->fault);
  return {};
}

JsonNode* JsonReader::member(const char* key, bool required) {
  auto* node = object_ != nullptr ? json_object_get_member(object_, key) : nullptr;
  if (node != nullptr && JSON_NODE_HOLDS_NULL(node)) node = nullptr;
  if (node == nullptr && required) refuse(key, "is missing");
  return node;
}

JsonNode* JsonReader::value(const char* key, bool required, GType type) {
  auto* node = member(key, required);
  if (node == nullptr) return nullptr;
  auto actual = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;
  bool fits = actual == type || (type == G_TYPE_DOUBLE && actual == G_TYPE_INT64);
  if (!fits) refuse(key, "has the wrong type");
  return fits ? node : nullptr;
}

std::string JsonReader::text(const char* key) {
  auto* node = value(key, true, G_TYPE_STRING);
  return node != nullptr ? json_node_get_string(node) : std::string();
}

std::int64_t JsonReader::integer(const char* key) {
  auto* node = value(key, true, G_TYPE_INT64);
  return node != nullptr ? json_node_get_int(node) : 0;
}

double JsonReader::number(const char* key) {
  auto* node = value(key, true, G_TYPE_DOUBLE);
  return node != nullptr ? json_node_get_double(node) : 0;
}

bool JsonReader::boolean(const char* key) {
  auto* node = value(key, true, G_TYPE_BOOLEAN);
  return node != nullptr && json_node_get_boolean(node) != 0;
}

std::optional<std::string> JsonReader::optional_text(const char* key) {
  auto* node = value(key, false, G_TYPE_STRING);
  return node != nullptr ? std::optional<std::string>(json_node_get_string(node)) : std::nullopt;
}

std::optional<std::int64_t> JsonReader::optional_integer(const char* key) {
  auto* node = value(key, false, G_TYPE_INT64);
  return node != nullptr ? std::optional<std::int64_t>(json_node_get_int(node)) : std::nullopt;
}

std::optional<double> JsonReader::optional_number(const char* key) {
  auto* node = value(key, false, G_TYPE_DOUBLE);
  return node != nullptr ? std::optional<double>(json_node_get_double(node)) : std::nullopt;
}

std::optional<bool> JsonReader::optional_boolean(const char* key) {
  auto* node = value(key, false, G_TYPE_BOOLEAN);
  return node != nullptr ? std::optional<bool>(json_node_get_boolean(node) != 0) : std::nullopt;
}

JsonReader JsonReader::object(const char* key) {
  auto found = optional_object(key);
  if (!found) refuse(key, "is missing");
  return found ? *found : JsonReader(document_, nullptr);
}

std::optional<JsonReader> JsonReader::optional_object(const char* key) {
  auto* node = member(key, false);
  if (node == nullptr) return std::nullopt;
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    refuse(key, "is not an object");
    return std::nullopt;
  }
  return JsonReader(document_, json_node_get_object(node));
}

std::vector<JsonReader> JsonReader::objects(const char* key) {
  return elements(key, member(key, true));
}

std::vector<JsonReader> JsonReader::optional_objects(const char* key) {
  return elements(key, member(key, false));
}

std::vector<JsonReader> JsonReader::elements(const char* key, JsonNode* node) {
  std::vector<JsonReader> found;
  if (node == nullptr) return found;
  if (!JSON_NODE_HOLDS_ARRAY(node)) {
    refuse(key, "is not an array");
    return found;
  }
  auto* array = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(array); ++i) {
    auto* element = json_array_get_element(array, i);
    if (!JSON_NODE_HOLDS_OBJECT(element)) {
      refuse(key, "holds something that is not an object");
      break;
    }
    found.push_back(JsonReader(document_, json_node_get_object(element)));
  }
  return found;
}

std::vector<std::string> JsonReader::optional_texts(const char* key) {
  std::vector<std::string> found;
  auto* node = member(key, false);
  if (node == nullptr) return found;
  if (!JSON_NODE_HOLDS_ARRAY(node)) {
    refuse(key, "is not an array");
    return found;
  }
  auto* array = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(array); ++i) {
    auto* element = json_array_get_element(array, i);
    if (!JSON_NODE_HOLDS_VALUE(element) || json_node_get_value_type(element) != G_TYPE_STRING) {
      refuse(key, "holds something that is not a text");
      break;
    }
    found.emplace_back(json_node_get_string(element));
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> JsonReader::text_members() {
  std::vector<std::pair<std::string, std::string>> found;
  if (object_ == nullptr) return found;
  g_autoptr(GList) names = json_object_get_members(object_);
  for (auto* name = names; name != nullptr; name = name->next) {
    const auto* key = static_cast<const char*>(name->data);
    found.emplace_back(key, text(key));
  }
  return found;
}

std::string JsonReader::json() const {
  if (object_ == nullptr) return "{}";
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  json_node_set_object(node, object_);
  g_autofree char* text = json_to_string(node, FALSE);
  return text;
}

JsonWriter::JsonWriter() : builder_(json_builder_new_immutable()) {
  json_builder_begin_object(builder_.get());
}

JsonWriter& JsonWriter::text(const char* key, std::string_view value) {
  json_builder_set_member_name(builder_.get(), key);
  // JSON is UTF-8; a stray byte of a stranger must not make the whole message unreadable.
  g_autofree char* valid = g_utf8_make_valid(value.data(), static_cast<gssize>(value.size()));
  json_builder_add_string_value(builder_.get(), valid);
  return *this;
}

JsonWriter& JsonWriter::integer(const char* key, std::int64_t value) {
  json_builder_set_member_name(builder_.get(), key);
  json_builder_add_int_value(builder_.get(), value);
  return *this;
}

JsonWriter& JsonWriter::number(const char* key, double value) {
  json_builder_set_member_name(builder_.get(), key);
  // JSON has no infinity; silence measured as minus infinity is sent as a very low level.
  json_builder_add_double_value(builder_.get(), std::isfinite(value) ? value : -200.0);
  return *this;
}

JsonWriter& JsonWriter::boolean(const char* key, bool value) {
  json_builder_set_member_name(builder_.get(), key);
  json_builder_add_boolean_value(builder_.get(), value ? TRUE : FALSE);
  return *this;
}

JsonWriter& JsonWriter::integer(const char* key, std::optional<std::int64_t> value) {
  return value ? integer(key, *value) : *this;
}

JsonWriter& JsonWriter::number(const char* key, std::optional<double> value) {
  return value ? number(key, *value) : *this;
}

JsonWriter& JsonWriter::object(const char* key, const std::function<void(JsonWriter&)>& fill) {
  json_builder_set_member_name(builder_.get(), key);
  begin_element();
  fill(*this);
  end_object();
  return *this;
}

JsonWriter& JsonWriter::texts(const char* key, const std::vector<std::string>& values) {
  begin_array(key);
  for (const auto& value : values) {
    g_autofree char* valid = g_utf8_make_valid(value.data(), static_cast<gssize>(value.size()));
    json_builder_add_string_value(builder_.get(), valid);
  }
  return end_array();
}

JsonWriter& JsonWriter::json(const char* key, std::string_view value) {
  json_builder_set_member_name(builder_.get(), key);
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  json_parser_load_from_data(parser, value.data(), static_cast<gssize>(value.size()), nullptr);
  auto* root = json_parser_steal_root(parser);
  json_builder_add_value(builder_.get(), root != nullptr ? root : json_node_new(JSON_NODE_NULL));
  return *this;
}

void JsonWriter::begin_array(const char* key) {
  json_builder_set_member_name(builder_.get(), key);
  json_builder_begin_array(builder_.get());
}

void JsonWriter::begin_element() {
  json_builder_begin_object(builder_.get());
}

void JsonWriter::end_object() {
  json_builder_end_object(builder_.get());
}

JsonWriter& JsonWriter::end_array() {
  json_builder_end_array(builder_.get());
  return *this;
}

std::string JsonWriter::finish() {
  end_object();
  g_autoptr(JsonNode) root = json_builder_get_root(builder_.get());
  g_autofree char* text = json_to_string(root, FALSE);
  return text;
}

}  // namespace classcast::protocol
