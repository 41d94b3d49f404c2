#include "engine/option/option_form.h"

#include <algorithm>

namespace redshift {
namespace {

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsAlnum(char c) {
  return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z');
}

bool AllOf(std::string_view text, auto&& allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool IsPlainText(std::string_view text) {
  return AllOf(text, [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7F; });
}

std::string_view TrimBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// arn:aws:iam::123456789012:role/path/name, in any partition.
bool IsRoleArn(std::string_view text) {
  if (!text.starts_with("arn:aws")) return false;
  const size_t partition_end = text.find(':', 4);
  if (partition_end == std::string_view::npos) return false;
  if (!AllOf(text.substr(4, partition_end - 4), [](char c) { return IsLower(c) || c == '-'; })) return false;
  text.remove_prefix(partition_end);
  if (!text.starts_with(":iam::")) return false;
  text.remove_prefix(6);
  if (text.size() < 12 || !AllOf(text.substr(0, 12), IsDigit)) return false;
  text.remove_prefix(12);
  if (!text.starts_with(":role/")) return false;
  text.remove_prefix(6);
  constexpr std::string_view kMarks = "_+=.@-/";
  return !text.empty() && !text.ends_with('/') &&
         AllOf(text, [&](char c) { return IsAlnum(c) || kMarks.find(c) != std::string_view::npos; });
}

}  // namespace

arrow::Status CheckHostname(std::string_view text) {
  if (text.empty()) return arrow::Status::Invalid("it is empty");
  if (text.find("://") != std::string_view::npos || text.starts_with("jdbc:")) {
    return arrow::Status::Invalid("it is a URL; give the host name alone");
  }
  const auto colons = std::count(text.begin(), text.end(), ':');
  const bool is_ipv6 = colons >= 2 && AllOf(text, [](char c) {
                         return IsDigit(c) || c == ':' || c == '.' || c == '%' || IsAlnum(c);
                       });
  if (is_ipv6) return arrow::Status::OK();
  if (colons > 0 || text.find('/') != std::string_view::npos) {
    return arrow::Status::Invalid(
        "it holds a port or a database; give the host name alone and the others as 'port' and "
        "'database-name'");
  }
  if (!AllOf(text, [](char c) { return IsAlnum(c) || c == '.' || c == '-' || c == '_'; })) {
    return arrow::Status::Invalid("it is not one host name: letters, digits, '.', '-' and '_' are allowed");
  }
  return arrow::Status::OK();
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

arrow::Status CheckServerName(std::string_view text) {
  if (text.size() > 127) return arrow::Status::Invalid("it is longer than 127 bytes");
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return arrow::Status::Invalid("it holds a control character");
  }
  return arrow::Status::OK();
}

arrow::Result<S3Location> ParseS3Uri(std::string_view text) {
  constexpr std::string_view kScheme = "s3://";
  if (!text.starts_with(kScheme)) {
    return arrow::Status::Invalid("it does not have the form s3://bucket/prefix");
  }
  text.remove_prefix(kScheme.size());
  S3Location location;
  location.bucket = text.substr(0, text.find('/'));
  text.remove_prefix(location.bucket.size());
  if (location.bucket.empty()) return arrow::Status::Invalid("it names no bucket");
  // Amazon S3: "Bucket naming rules".
  const std::string& bucket = location.bucket;
  if (bucket.size() < 3 || bucket.size() > 63 || !IsAlnum(bucket.front()) || !IsAlnum(bucket.back()) ||
      !AllOf(bucket, [](char c) { return IsLower(c) || IsDigit(c) || c == '.' || c == '-'; })) {
    return arrow::Status::Invalid(
        "'", bucket, "' is not the name of a bucket: 3 to 63 lower-case letters, digits, '.' and '-'");
  }
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.size() > 700) return arrow::Status::Invalid("its prefix is longer than 700 bytes");
  if (text.find("//") != std::string_view::npos)
    return arrow::Status::Invalid("its prefix holds an empty part ('//')");
  if (!IsPlainText(text) || text.find_first_of("'\"\\?#") != std::string_view::npos) {
    return arrow::Status::Invalid("its prefix holds a blank, a quote, '\\', '?' or '#'");
  }
  location.prefix = text;
  return location;
}

arrow::Result<std::string> NormalizeIamRole(std::string_view text) {
  if (text == "default") return std::string(text);
  std::string normalized;
  for (;;) {
    const size_t comma = text.find(',');
    const std::string_view role = TrimBlanks(text.substr(0, comma));
    if (!IsRoleArn(role)) {
      return arrow::Status::Invalid("'", role,
                                    "' is not the ARN of a role (arn:aws:iam::123456789012:role/name)");
    }
    normalized += (normalized.empty() ? "" : ",") + std::string(role);
    if (comma == std::string_view::npos) return normalized;
    text.remove_prefix(comma + 1);
  }
}

arrow::Status CheckRoleArn(std::string_view text) {
  if (IsRoleArn(text)) return arrow::Status::OK();
  return arrow::Status::Invalid("it is not the ARN of a role (arn:aws:iam::123456789012:role/name)");
}

arrow::Status CheckRoleSessionName(std::string_view text) {
  const auto allowed = [](char c) {
    return IsAlnum(c) || std::string_view("_+=,.@-").find(c) != std::string::npos;
  };
  if (text.size() >= 2 && text.size() <= 64 && AllOf(text, allowed)) return arrow::Status::OK();
  return arrow::Status::Invalid("allowed are 2 to 64 letters, digits and _+=,.@-");
}

arrow::Status CheckEndpoint(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else {
    return arrow::Status::Invalid("it does not begin with http:// or https://");
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty()) return arrow::Status::Invalid("it names no host");
  if (rest.find('@') != std::string_view::npos) return arrow::Status::Invalid("it holds a user name");
  if (!IsPlainText(rest) || rest.find_first_of("/?#'\"") != std::string_view::npos) {
    return arrow::Status::Invalid("it holds more than a host and a port");
  }
  return arrow::Status::OK();
}

arrow::Status CheckRegion(std::string_view text) {
  if (text.empty() || !AllOf(text, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; })) {
    return arrow::Status::Invalid("it is not the name of a region, such as us-east-1");
  }
  return arrow::Status::OK();
}

arrow::Status CheckClusterName(std::string_view text) {
  if (!AllOf(text, [](char c) { return IsAlnum(c) || c == '-'; })) {
    return arrow::Status::Invalid(
        "it is not the name of a cluster or workgroup: letters, digits and '-' are allowed");
  }
  return arrow::Status::OK();
}

arrow::Status CheckKmsKey(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ':' ||
           c == '/' || c == '_' || c == '-';
  });
  if (plain && text.size() <= 2048) return arrow::Status::OK();
  return arrow::Status::Invalid("it is not the ARN, the id or the alias of a key of KMS");
}

arrow::Status CheckSecretArn(std::string_view text) {
  // arn:<partition>:secretsmanager:<region>:<account>:secret:<name>
  const auto Invalid = [] {
    return arrow::Status::Invalid(
        "it does not have the form arn:aws:secretsmanager:region:account:secret:name");
  };
  if (!text.starts_with("arn:aws") || !IsPlainText(text)) return Invalid();
  std::vector<std::string_view> parts;
  for (std::string_view rest = text; parts.size() < 6;) {
    const size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return Invalid();
    parts.push_back(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
    if (parts.size() == 6 && rest.empty()) return Invalid();
  }
  if (parts[2] != "secretsmanager" || parts[5] != "secret" || !CheckRegion(parts[3]).ok()) return Invalid();
  return arrow::Status::OK();
}

arrow::Result<std::vector<std::string>> ParseNameList(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view name = TrimBlanks(text.substr(0, comma));
    if (name.empty()) return arrow::Status::Invalid("a name is missing");
    names.emplace_back(name);
    if (comma == text.size()) return names;
    text.remove_prefix(comma + 1);
  }
}

arrow::Status CheckRunId(std::string_view text) {
  if (text.empty() || text.size() > 100 ||
      !AllOf(text, [](char c) { return IsAlnum(c) || c == '.' || c == '_' || c == ':' || c == '-'; })) {
    return arrow::Status::Invalid("allowed are 1 to 100 letters, digits, '.', '_', ':' and '-'");
  }
  return arrow::Status::OK();
}

}  // namespace redshift
