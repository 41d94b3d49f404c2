#include "cli/option_flags.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "engine/option/option_keys.h"
#include "engine/option/option_table.h"

namespace redshift {

namespace {

constexpr size_t kHelpWidth = 72;

bool SaysWhereS3Is(const OptionSpec& spec) {
  return !spec.later && (spec.key == option::kS3Uri.name || spec.key.starts_with("aws."));
}

std::string Wrapped(std::string_view text) {
  std::string wrapped;
  size_t width = 0;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    std::erase(word, '`');
    if (width > 0 && width + 1 + word.size() > kHelpWidth) {
      wrapped += '\n';
      width = 0;
    } else if (width > 0) {
      wrapped += ' ';
      ++width;
    }
    wrapped += word;
    width += word.size();
  }
  return wrapped;
}

std::string HelpOf(const OptionSpec& spec) {
  std::string help(spec.help);
  if (!spec.default_text.empty()) help += " Default: " + std::string(spec.default_text) + ".";
  if (!spec.default_note.empty()) help += " Default: " + std::string(spec.default_note) + ".";
  if (spec.kind == OptionKind::kSecret) {
    help +=
        " Others on this machine see it in the list of processes: rather put it into the file of --options.";
  }
  return Wrapped(help);
}

std::string ValueName(const OptionSpec& spec) {
  if (spec.values.empty()) return "TEXT";
  std::string names = "{";
  for (const OptionValue& value : spec.values) {
    if (value.later) continue;
    if (names.size() > 1) names += ',';
    names += value.name;
  }
  return names + "}";
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  text.remove_suffix(text.size() - (text.find_last_not_of(kBlanks) + 1));
  return text;
}

// 'it''s' becomes it's; false when it is not one literal.
bool Unquote(std::string_view text, std::string* value) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return false;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' && (++i == text.size() || text[i] != '\'')) return false;
    *value += text[i];
  }
  return true;
}

arrow::Result<std::pair<std::string, std::string>> ParseLine(std::string_view line) {
  std::string key;
  std::string value;
  if (line.starts_with('\'')) {
    if (line.ends_with(',')) line = Trim(line.substr(0, line.size() - 1));
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || !Unquote(Trim(line.substr(0, equals)), &key) ||
        !Unquote(Trim(line.substr(equals + 1)), &value)) {
      return arrow::Status::Invalid("is not of the form 'key' = 'value'");
    }
    return std::pair(std::move(key), std::move(value));
  }
  const size_t end = line.find_first_of("=:");
  if (end == std::string_view::npos || end == 0) {
    return arrow::Status::Invalid("is not of the form key = value");
  }
  return std::pair(std::string(Trim(line.substr(0, end))), std::string(Trim(line.substr(end + 1))));
}

}  // namespace

void AddStorageFlags(CLI::App* command, GivenOptions* given) {
  for (const OptionSpec& spec : OptionTable()) {
    if (!SaysWhereS3Is(spec)) continue;
    const auto take = [given, key = std::string(spec.key)](const std::string& value) {
      (*given)[key] = value;
    };
    for (const std::string_view alias : spec.aliases) {
      command->add_option_function<std::string>("--" + std::string(alias), take)->group("");  // not shown
    }
    command->add_option_function<std::string>("--" + std::string(spec.key), take, HelpOf(spec))
        ->type_name(ValueName(spec))
        ->group("Where S3 is, and as whom it is asked");
  }
}

arrow::Result<GivenOptions> ParseOptionsFile(std::string_view text) {
  GivenOptions options;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto option = ParseLine(line);
    if (!option.ok()) return option.status().WithMessage("line ", number, " ", option.status().message());
    if (!options.insert(*option).second) {
      return arrow::Status::Invalid("line ", number, " gives '", option->first, "' a second time");
    }
  }
  return options;
}

arrow::Result<GivenOptions> ReadOptionsFile(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path);
    if (!file) return arrow::Status::IOError("the options file '", path, "' cannot be opened");
    file.peek();  // finds out that it is a directory
    if (file.bad()) return arrow::Status::IOError("the options file '", path, "' cannot be read");
    text << file.rdbuf();
  }
  auto options = ParseOptionsFile(text.str());
  if (!options.ok()) {
    return options.status().WithMessage("the options file '", path, "': ", options.status().message());
  }
  return options;
}

}  // namespace redshift
