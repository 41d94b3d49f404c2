#include "engine/aws/xml_text.h"

#include <charconv>
#include <cstdint>

namespace redshift {
namespace {

void AppendUtf8(uint32_t point, std::string* text) {
  const auto byte = [&](uint32_t value) { *text += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

/// Appends what `entity` ("amp", "#x27") stands for; false if it stands for nothing.
bool AppendEntity(std::string_view entity, std::string* text) {
  static constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [name, character] : kNamed) {
    if (entity == name) {
      *text += character;
      return true;
    }
  }
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hex = entity.starts_with('x');
  if (hex) entity.remove_prefix(1);
  uint32_t point = 0;
  const auto [end, error] =
      std::from_chars(entity.data(), entity.data() + entity.size(), point, hex ? 16 : 10);
  if (error != std::errc() || end != entity.data() + entity.size() || point == 0 || point > 0x10FFFF) {
    return false;
  }
  AppendUtf8(point, text);
  return true;
}

constexpr std::string_view kCdata = "<![CDATA[";

/// The character data of an element without children.
std::optional<std::string> Decode(std::string_view inner) {
  std::string text;
  while (!inner.empty()) {
    if (inner.starts_with(kCdata)) {
      const size_t end = inner.find("]]>");
      if (end == std::string_view::npos) return std::nullopt;
      text += inner.substr(kCdata.size(), end - kCdata.size());
      inner.remove_prefix(end + 3);
    } else if (inner.starts_with("<!--")) {
      const size_t end = inner.find("-->");
      if (end == std::string_view::npos) return std::nullopt;
      inner.remove_prefix(end + 3);
    } else if (inner.front() == '<') {
      return std::nullopt;
    } else if (inner.front() == '&') {
      const size_t end = inner.find(';');
      if (end == std::string_view::npos || !AppendEntity(inner.substr(1, end - 1), &text))
        return std::nullopt;
      inner.remove_prefix(end + 1);
    } else {
      text += inner.front();
      inner.remove_prefix(1);
    }
  }
  return text;
}

/// Reads an element's begin tag or the end tag from `*rest`, which begins with '<'.
struct Tag {
  std::string_view name;  // without prefix
  bool ends = false;      // "</a>"
  bool is_empty = false;  // "<a/>"
};

std::optional<Tag> ReadTag(std::string_view* rest) {
  Tag tag;
  size_t at = 1;
  // A '>' may stand in an attribute's value.
  char quote = 0;
  while (at < rest->size() && (quote != 0 || (*rest)[at] != '>')) {
    const char c = (*rest)[at++];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    }
  }
  if (at == rest->size()) return std::nullopt;
  std::string_view inside = rest->substr(1, at - 1);
  rest->remove_prefix(at + 1);
  if (inside.starts_with('/')) {
    tag.ends = true;
    inside.remove_prefix(1);
  } else if (inside.ends_with('/')) {
    tag.is_empty = true;
    inside.remove_suffix(1);
  }
  tag.name = inside.substr(0, inside.find_first_of(" \t\r\n"));
  const size_t colon = tag.name.find(':');
  if (colon != std::string_view::npos) tag.name.remove_prefix(colon + 1);
  if (tag.name.empty()) return std::nullopt;
  return tag;
}

/// Passes over "<?..?>", "<!..>", comments and CDATA at the beginning of `*rest`. False at the end of a text
/// that ends too early.
bool SkipMarkup(std::string_view* rest, bool* skipped) {
  *skipped = true;
  std::string_view end;
  if (rest->starts_with("<?")) {
    end = "?>";
  } else if (rest->starts_with("<!--")) {
    end = "-->";
  } else if (rest->starts_with(kCdata)) {
    end = "]]>";
  } else if (rest->starts_with("<!")) {
    end = ">";
  } else {
    *skipped = false;
    return true;
  }
  const size_t at = rest->find(end);
  if (at == std::string_view::npos) return false;
  rest->remove_prefix(at + end.size());
  return true;
}

/// Calls `child(name, inner)` for each element directly in `xml` until it answers false. Stops at what is not
/// well-formed.
void ForEachChild(std::string_view xml, auto&& child) {
  size_t depth = 0;
  std::string_view name;
  const char* begin = nullptr;
  while (true) {
    const size_t next = xml.find('<');
    if (next == std::string_view::npos) return;
    xml.remove_prefix(next);
    bool skipped = false;
    if (!SkipMarkup(&xml, &skipped)) return;
    if (skipped) continue;
    const char* tag_begin = xml.data();
    const std::optional<Tag> tag = ReadTag(&xml);
    if (!tag) return;
    if (tag->ends) {
      if (depth == 0) return;
      if (--depth > 0) continue;
      if (tag->name != name) return;
      if (!child(name, std::string_view(begin, static_cast<size_t>(tag_begin - begin)))) return;
    } else if (tag->is_empty) {
      if (depth == 0 && !child(tag->name, xml.substr(0, 0))) return;
    } else if (depth++ == 0) {
      name = tag->name;
      begin = xml.data();
    }
  }
}

using Path = std::initializer_list<std::string_view>;

/// False when `found` wants no more.
bool Walk(std::string_view xml, const std::string_view* step, const std::string_view* end, auto&& found) {
  bool go_on = true;
  ForEachChild(xml, [&](std::string_view name, std::string_view inner) {
    if (*step == "*" || *step == name) {
      go_on = step + 1 == end ? found(inner) : Walk(inner, step + 1, end, found);
    }
    return go_on;
  });
  return go_on;
}

}  // namespace

std::optional<std::string> XmlText(std::string_view xml, Path path) {
  std::optional<std::string> text;
  Walk(xml, path.begin(), path.end(), [&](std::string_view inner) {
    text = Decode(inner);
    return false;
  });
  return text;
}

std::vector<std::string_view> XmlElements(std::string_view xml, Path path) {
  std::vector<std::string_view> elements;
  Walk(xml, path.begin(), path.end(), [&](std::string_view inner) {
    elements.push_back(inner);
    return true;
  });
  return elements;
}

void AppendXmlText(std::string_view text, std::string* xml) {
  for (const char c : text) {
    switch (c) {
      case '&':
        *xml += "&amp;";
        break;
      case '<':
        *xml += "&lt;";
        break;
      case '>':
        *xml += "&gt;";
        break;
      case '"':
        *xml += "&quot;";
        break;
      default:
        *xml += c;
    }
  }
}

}  // namespace redshift
