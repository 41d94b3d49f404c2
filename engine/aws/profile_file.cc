#include "engine/aws/profile_file.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace redshift {

namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr std::string_view kBlank = " \t\r";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string_view WithoutComment(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == '#' || text[i] == ';') && kBlank.find(text[i - 1]) != std::string_view::npos) {
      return text.substr(0, i);
    }
  }
  return text;
}

// The name of the profile that a section is; empty when it is none.
std::string_view ProfileOfSection(std::string_view heading, ProfileFileKind kind) {
  heading = Trimmed(heading);
  constexpr std::string_view kPrefix = "profile";
  const bool prefixed = heading.starts_with(kPrefix) && heading.size() > kPrefix.size() &&
                        kBlank.find(heading[kPrefix.size()]) != std::string_view::npos;
  if (prefixed && kind != ProfileFileKind::kCredentials) {
    heading = Trimmed(heading.substr(kPrefix.size()));
  } else if (kind == ProfileFileKind::kConfig && heading != "default") {
    return "";
  }
  if (heading.size() >= 2 && (heading.front() == '"' || heading.front() == '\'') &&
      heading.back() == heading.front()) {
    heading = heading.substr(1, heading.size() - 2);
  }
  return heading;
}

std::string Home(const HostEnvironment& environment) {
  std::string home = environment.variable("HOME");
  if (!home.empty()) return home;
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> room{};
  if (getpwuid_r(getuid(), &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    home = found->pw_dir;
  }
  return home;
}

std::string Place(const HostEnvironment& environment, const char* variable, const char* usual) {
  std::string place = environment.variable(variable);
  if (place.empty()) place = usual;
  if (place.starts_with("~/")) place.replace(0, 1, Home(environment));
  return place;
}

}  // namespace

void ParseProfiles(std::string_view text, ProfileFileKind kind, Profiles* profiles) {
  Profile* profile = nullptr;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      const std::string_view name = ProfileOfSection(line.substr(1, line.find(']') - 1), kind);
      profile = name.empty() ? nullptr : &(*profiles)[std::string(name)];
      continue;
    }
    // A line that begins with a blank belongs to a setting with settings of its own, such as `s3 =`.
    const size_t equals = line.find('=');
    if (profile == nullptr || equals == std::string_view::npos || kBlank.find(line[0]) != std::string::npos) {
      continue;
    }
    std::string key(Trimmed(line.substr(0, equals)));
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    (*profile)[key] = Trimmed(WithoutComment(line.substr(equals + 1)));
  }
}

arrow::Result<Profiles> ReadProfiles(const HostEnvironment& environment, const std::string& path) {
  Profiles profiles;
  if (!path.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSmallFile(path, "'aws.credentials.profile.path'"));
    ParseProfiles(text, ProfileFileKind::kEither, &profiles);
    return profiles;
  }
  const auto read = [&](const char* variable, const char* usual, ProfileFileKind kind) -> arrow::Status {
    const std::string place = Place(environment, variable, usual);
    if (access(place.c_str(), F_OK) != 0) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSmallFile(place, "AWS profiles"));
    ParseProfiles(text, kind, &profiles);
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(read("AWS_CONFIG_FILE", "~/.aws/config", ProfileFileKind::kConfig));
  ARROW_RETURN_NOT_OK(
      read("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", ProfileFileKind::kCredentials));
  return profiles;
}

std::string ProfileName(const HostEnvironment& environment, const std::string& name) {
  if (!name.empty()) return name;
  const std::string set = environment.variable("AWS_PROFILE");
  return set.empty() ? "default" : set;
}

arrow::Result<std::string> ReadSmallFile(const std::string& path, std::string_view what) {
  const auto failed = [&](const char* why) {
    return arrow::Status::IOError("cannot read ", path, " (", what, "): ", why);
  };
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed(std::strerror(errno));
  std::string text;
  std::vector<char> piece(1 << 14);
  ssize_t count = 0;
  while (text.size() <= kMostBytes && (count = read(file, piece.data(), piece.size())) > 0) {
    text.append(piece.data(), static_cast<size_t>(count));
  }
  const int error = errno;
  close(file);
  if (count < 0) return failed(std::strerror(error));
  if (text.size() > kMostBytes) return failed("it is longer than 1 MiB");
  return text;
}

}  // namespace redshift
