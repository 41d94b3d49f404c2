#include "engine/option/options.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "engine/option/login_options.h"
#include "engine/option/nearest_key.h"
#include "engine/option/option_form.h"
#include "engine/option/option_table.h"
#include "engine/option/option_value.h"
#include "engine/option/quoted_name.h"

namespace redshift {
namespace {

/// Control characters are shown, not sent to the terminal or log of whoever reads.
std::string Quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string quoted = "'";
  for (const char c : text) {
    if (!IsControl(c)) {
      quoted += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    quoted += "\\x";
    quoted += kDigits[byte >> 4];
    quoted += kDigits[byte & 0xF];
  }
  return quoted + "'";
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return fold(x) == fold(y); });
}

arrow::Result<bool> ParseBool(std::string_view text) {
  if (EqualsIgnoringCase(text, "true")) return true;
  if (EqualsIgnoringCase(text, "false")) return false;
  return arrow::Status::Invalid("allowed are true and false");
}

std::string ValueNames(const OptionSpec& spec, bool only_supported) {
  std::string names;
  for (const OptionValue& value : spec.values) {
    if (only_supported && value.later) continue;
    names += (names.empty() ? "" : ", ") + std::string(value.name);
  }
  return names;
}

template <typename T>
arrow::Result<T> InRange(T value, T min, T max, auto&& spell) {
  if (value >= min && value <= max) return value;
  return arrow::Status::Invalid("allowed is ", spell(min), " to ", spell(max));
}

arrow::Result<int64_t> ParseInteger(const OptionSpec& spec, std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < spec.min || value > spec.max) {
    return arrow::Status::Invalid("allowed is a whole number from ", spec.min, " to ", spec.max);
  }
  return value;
}

/// Where one option was written, for messages and for the check of two spellings.
struct Given {
  std::string_view spelling;
  std::string_view text;
};

}  // namespace

/// Works through what was given, collecting every error.
class OptionsParser {
 public:
  enum class Use { kTable, kStorage };

  OptionsParser(const std::map<std::string, std::string>& given, Use use) : input_(given), use_(use) {}

  arrow::Result<Options> Parse() {
    for (const OptionSpec& spec : OptionTable()) ReadOption(spec);
    RefuseUnknown();
    // Rules between options only make sense of values that are right in themselves.
    if (errors_.empty()) CheckTogether();
    if (!errors_.empty()) return arrow::Status::Invalid(Message());
    return std::move(options_);
  }

 private:
  using Value = Options::Value;

  void ReadOption(const OptionSpec& spec) {
    const std::string key(spec.key);
    std::vector<Given> given;
    std::vector<std::string> texts;  // owned translations of switch aliases
    const auto take = [&](std::string_view spelling) {
      auto found = input_.find(std::string(spelling));
      if (found != input_.end()) given.push_back({spelling, found->second});
    };
    take(spec.key);
    for (std::string_view alias : spec.aliases) take(alias);
    for (std::string_view alias : spec.switch_aliases) {
      auto found = input_.find(std::string(alias));
      if (found == input_.end()) continue;
      const auto on = ParseBool(found->second);
      if (!on.ok()) {
        AddBadValue({alias, found->second}, spec, on.status());
        return;
      }
      given.push_back({alias, spec.values[*on ? 1 : 0].name});
    }

    std::optional<Value> value;
    Given first{};
    for (const Given& one : given) {
      auto read = ReadValue(spec, one.text);
      if (!read.ok()) {
        AddBadValue(one, spec, read.status());
        return;
      }
      if (!value) {
        value = *std::move(read);
        first = one;
      } else if (!SameValue(*value, *read)) {
        Add(Quoted(first.spelling) + " and " + Quoted(one.spelling) +
            " are two spellings of one option and have different values; give one of them");
        return;
      }
    }
    if (value) {
      if (spec.later) {
        Add(Quoted(first.spelling) + " is not supported yet");
        return;
      }
      options_.given_[key] = std::string(first.text);
    } else if (!spec.default_text.empty()) {
      value = ReadValue(spec, spec.default_text).ValueOrDie();
    }
    if (value) options_.values_[key] = *std::move(value);
  }

  static bool SameValue(const Value& a, const Value& b) {
    if (const auto* secret = std::get_if<Secret>(&a)) return secret->Reveal() == std::get<Secret>(b).Reveal();
    return std::visit(
        [&](const auto& left) {
          using T = std::decay_t<decltype(left)>;
          if constexpr (std::is_same_v<T, Secret>) {
            return false;
          } else {
            return left == std::get<T>(b);
          }
        },
        a);
  }

  static arrow::Result<Value> ReadValue(const OptionSpec& spec, std::string_view text) {
    // What is refused whatever its value is not also refused for its value.
    if (spec.later) return Value(std::string(text));
    switch (spec.kind) {
      case OptionKind::kBool: {
        ARROW_ASSIGN_OR_RAISE(const bool on, ParseBool(text));
        for (const OptionValue& value : spec.values) {
          if (value.later && value.name == (on ? "true" : "false")) return NotYet(spec);
        }
        return Value(on);
      }
      case OptionKind::kInteger: {
        ARROW_ASSIGN_OR_RAISE(const int64_t number, ParseInteger(spec, text));
        return Value(number);
      }
      case OptionKind::kText:
        if (text.empty()) return arrow::Status::Invalid("it is empty");
        if (std::any_of(text.begin(), text.end(),
                        [](char c) { return IsControl(c) && c != '\n' && c != '\r' && c != '\t'; })) {
          return arrow::Status::Invalid("it holds a control character");
        }
        return Value(std::string(text));
      case OptionKind::kSecret:
        if (text.empty()) return arrow::Status::Invalid("it is empty");
        if (text.find('\0') != std::string_view::npos)
          return arrow::Status::Invalid("it holds the character U+0000");
        return Value(Secret(std::string(text)));
      case OptionKind::kDuration: {
        using std::chrono::milliseconds;
        ARROW_ASSIGN_OR_RAISE(const milliseconds duration, ParseDuration(text));
        ARROW_RETURN_NOT_OK(InRange(duration, milliseconds(spec.min), milliseconds(spec.max),
                                    [](milliseconds d) { return ToString(d); }));
        return Value(duration);
      }
      case OptionKind::kByteSize: {
        using option::ByteSize;
        ARROW_ASSIGN_OR_RAISE(const ByteSize size, ParseByteSize(text));
        ARROW_RETURN_NOT_OK(
            InRange(size, ByteSize{spec.min}, ByteSize{spec.max}, [](ByteSize s) { return ToString(s); }));
        return Value(size);
      }
      case OptionKind::kEnum:
        for (size_t i = 0; i < spec.values.size(); ++i) {
          if (!EqualsIgnoringCase(spec.values[i].name, text)) continue;
          if (spec.values[i].later) return NotYet(spec);
          return Value(static_cast<int64_t>(i));
        }
        return arrow::Status::Invalid("allowed are ", ValueNames(spec, /*only_supported=*/true));
    }
    return arrow::Status::Invalid("it has an unknown type");
  }

  static arrow::Status NotYet(const OptionSpec& spec) {
    return arrow::Status::NotImplemented("is not supported yet; supported now: ",
                                         ValueNames(spec, /*only_supported=*/true));
  }

  void AddBadValue(const Given& given, const OptionSpec& spec, const arrow::Status& why) {
    const std::string what =
        Quoted(given.spelling) + (spec.kind == OptionKind::kSecret ? "" : " = " + Quoted(given.text));
    Add(what + (why.IsNotImplemented() ? " " : " is not valid: ") + why.message());
  }

  void RefuseUnknown() {
    for (const auto& [key, text] : input_) {
      if (!IsKnown(key)) {
        Add(Quoted(key) + " is not an option of this connector; did you mean " + Quoted(NearestKey(key)) +
            "?");
      }
    }
  }

  static bool IsKnown(std::string_view key) {
    for (const OptionSpec& spec : OptionTable()) {
      if (spec.key == key) return true;
      if (std::find(spec.aliases.begin(), spec.aliases.end(), key) != spec.aliases.end()) return true;
      const auto& switches = spec.switch_aliases;
      if (std::find(switches.begin(), switches.end(), key) != switches.end()) return true;
    }
    return false;
  }

  void CheckTogether() {
    if (use_ == Use::kStorage) {
      CheckS3Uri("it says which bucket is meant");
      CheckAws();
      return;
    }
    CheckConnection();
    CheckCopy();
    if (options_.Get(option::kSinkWriteMode) == option::WriteMode::kJdbc) RefuseCopyOnly();
    CheckBadRows();
    CheckCreateTable();
    CheckAws();
    CheckGuarantee();
  }

  void CheckConnection() {
    CheckLoginOptions(options_, &errors_);
    Require(option::kTableName);
    CheckForm(option::kHostname, CheckHostname);
    if (const auto name = options_.Find(option::kTableName)) {
      auto table = ParseTableName(*name);
      if (table.ok()) {
        options_.table_ = *std::move(table);
      } else {
        AddBadForm(option::kTableName.name, table.status());
      }
    }
    CheckForm(option::kSinkLedgerTable, [](std::string_view text) { return ParseTableName(text).status(); });
    CheckForm(option::kSinkRunId, CheckRunId);
    for (const auto& key : {option::kDatabaseName, option::kUsername, option::kIamDbUser}) {
      CheckForm(key, CheckServerName);
    }
    const auto ssl_mode = options_.Get(option::kSslMode);
    if (options_.IsSet(option::kSslRootCert) &&
        (ssl_mode == option::SslMode::kDisable || ssl_mode == option::SslMode::kRequire)) {
      Add("'ssl.root-cert' has no effect with 'ssl.mode' = '" +
          std::string(ssl_mode == option::SslMode::kDisable ? "disable" : "require") +
          "', which checks no certificate; leave it out or choose verify-ca or verify-full");
    }
  }

  /// `needed`: why it may not be missing; empty: it may.
  void CheckS3Uri(std::string_view needed) {
    if (const auto uri = options_.Find(option::kS3Uri)) {
      auto location = ParseS3Uri(*uri);
      if (location.ok()) {
        options_.s3_bucket_ = location->bucket;
        options_.s3_prefix_ = location->prefix;
      } else {
        AddBadForm(option::kS3Uri.name, location.status());
      }
    } else if (!needed.empty()) {
      Add("'s3-uri' is missing; " + std::string(needed) + ": s3://bucket/prefix, where files may be staged");
    }
  }

  void CheckCopy() {
    const bool copy = options_.Get(option::kSinkWriteMode) == option::WriteMode::kCopy;
    CheckS3Uri(copy ? "'sink.write.mode' = 'copy' needs it" : "");
    if (const auto role = options_.Find(option::kIamRoleArn)) {
      auto normalized = NormalizeIamRole(*role);
      if (normalized.ok()) {
        options_.values_[std::string(option::kIamRoleArn.name)] = *std::move(normalized);
      } else {
        AddBadForm(option::kIamRoleArn.name, normalized.status());
      }
    }
    const auto compression = options_.Get(option::kSinkCopyCompression);
    if (options_.IsSet(option::kSinkCopyCompressionLevel)) {
      if (compression == option::CopyCompression::kNone) {
        Add("'sink.copy.compression-level' has no effect with 'sink.copy.compression' = 'none'; leave it "
            "out");
      } else if (compression == option::CopyCompression::kGzip &&
                 options_.Get(option::kSinkCopyCompressionLevel) > 9) {
        Add("'sink.copy.compression-level' = '" +
            std::to_string(options_.Get(option::kSinkCopyCompressionLevel)) +
            "' is not valid: with 'sink.copy.compression' = 'gzip' allowed is a whole number from 1 to 9");
      }
    }
    if (options_.IsSet(option::kSinkCommitLockTimeout) &&
        options_.Get(option::kSinkCommitLockTimeout) > options_.Get(option::kSinkCommitTimeout)) {
      Add("'sink.commit.lock-timeout' is longer than 'sink.commit.timeout', which covers it; make it "
          "shorter, or the other longer");
    }
  }

  /// What says where things are, such as s3-uri and iam-role-arn, may be carried along in jdbc mode; what
  /// says how files are made and committed may not.
  void RefuseCopyOnly() {
    for (const OptionSpec& spec : OptionTable()) {
      const bool copy_only = spec.key.starts_with("sink.copy.") || spec.key == option::kSinkRunId.name ||
                             spec.key == option::kSinkLedgerRetention.name ||
                             spec.key == option::kSinkCommitTimeout.name ||
                             spec.key == option::kSinkCommitExpired.name;
      if (copy_only && options_.given_.contains(std::string(spec.key))) {
        Add(Quoted(spec.key) + " has no effect with 'sink.write.mode' = 'jdbc'; leave it out or choose copy");
      }
    }
  }

  void CheckBadRows() {
    if (!options_.IsSet(option::kSinkBadRowsMax)) return;
    if (options_.Get(option::kSinkBadRows) == option::BadRows::kReject) return;
    Add("'sink.bad-rows.max' has no effect unless 'sink.bad-rows' = 'reject'; leave it out or set that");
  }

  void CheckCreateTable() {
    CheckForm(option::kSinkCreateTableDistkey, [](std::string_view text) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto names, ParseColumnNames(text));
      return names.size() == 1 ? arrow::Status::OK() : arrow::Status::Invalid("a DISTKEY is one column");
    });
    CheckForm(option::kSinkCreateTableSortkey,
              [](std::string_view text) { return ParseColumnNames(text).status(); });
    if (options_.Get(option::kSinkCreateTable) == option::CreateTable::kIfAbsent) return;
    for (const auto& key : {option::kSinkCreateTableDistkey, option::kSinkCreateTableSortkey}) {
      if (options_.IsSet(key)) {
        Add(Quoted(key.name) +
            " has no effect unless 'sink.create-table' = 'if-absent'; leave it out or set "
            "that");
      }
    }
  }

  void CheckAws() {
    CheckForm(option::kAwsEndpoint, CheckEndpoint);
    CheckForm(option::kAwsRegion, CheckRegion);
    CheckForm(option::kAwsRoleStsEndpoint, CheckEndpoint);
    CheckForm(option::kAwsRoleArn, CheckRoleArn);
    CheckForm(option::kS3SseKmsKeyId, CheckKmsKey);
    if (options_.IsSet(option::kS3SseKmsKeyId) && options_.Get(option::kS3Sse) != option::S3Sse::kSseKms) {
      Add("'s3.sse.kms-key-id' has no effect unless 's3.sse' = 'sse-kms'; leave it out or set that");
    }
    CheckForm(option::kAwsRoleSessionName, CheckRoleSessionName);
    CheckForm(option::kIamClusterIdentifier, CheckClusterName);
    CheckForm(option::kIamWorkgroup, CheckClusterName);
    CheckForm(option::kIamDbGroups, [](std::string_view text) { return ParseNameList(text).status(); });
    CheckForm(option::kIamEndpoint, CheckEndpoint);
    CheckForm(option::kSecretArn, CheckSecretArn);
    CheckForm(option::kSecretEndpoint, CheckEndpoint);
    const bool id = options_.IsSet(option::kAwsAccessKeyId);
    const bool key = options_.IsSet(option::kAwsSecretKey);
    const bool token = options_.IsSet(option::kAwsSessionToken);
    using Provider = option::AwsCredentialsProvider;
    auto& chosen = options_.values_[std::string(option::kAwsCredentialsProvider.name)];
    // As in the AWS connectors: keys that are given are used.
    if (!options_.IsSet(option::kAwsCredentialsProvider) && (id || key || token)) {
      chosen = Value(static_cast<int64_t>(Provider::kBasic));
    }
    const auto provider = options_.Get(option::kAwsCredentialsProvider);
    const bool basic = provider == Provider::kBasic;
    const bool assumes = provider == Provider::kAssumeRole;
    const bool identity = provider == Provider::kWebIdentityToken;
    const auto needs = [&](bool given, bool met, std::string_view what, std::string_view needed) {
      if (!given || met) return;
      const auto said = options_.given_.find(std::string(option::kAwsCredentialsProvider.name));
      const std::string now = said != options_.given_.end() ? said->second : basic ? "BASIC" : "AUTO";
      Add(Quoted(what) + " has no effect with 'aws.credentials.provider' = " + Quoted(now) +
          "; leave it out or choose " + std::string(needed));
    };
    needs(id || key || token, basic || assumes, "aws.credentials.basic.*", "BASIC");
    needs(options_.IsSet(option::kAwsProfileName) || options_.IsSet(option::kAwsProfilePath),
          provider == Provider::kProfile, "aws.credentials.profile.*", "PROFILE");
    needs(options_.IsSet(option::kAwsRoleArn) || options_.IsSet(option::kAwsRoleSessionName),
          assumes || identity, "aws.credentials.role.*", "ASSUME_ROLE or WEB_IDENTITY_TOKEN");
    needs(options_.IsSet(option::kAwsRoleExternalId), assumes, option::kAwsRoleExternalId.name,
          "ASSUME_ROLE");
    needs(options_.IsSet(option::kAwsRoleStsEndpoint),
          assumes || identity || provider == Provider::kAuto || provider == Provider::kProfile,
          option::kAwsRoleStsEndpoint.name, "ASSUME_ROLE");
    needs(options_.IsSet(option::kAwsWebIdentityTokenFile), identity, option::kAwsWebIdentityTokenFile.name,
          "WEB_IDENTITY_TOKEN");
    if (basic || (assumes && (id || key || token))) {
      const std::string why = basic ? "; the provider BASIC needs it" : "; the other basic keys need it";
      if (!id) Add("'aws.credentials.basic.accesskeyid' is missing" + why);
      if (!key) Add("'aws.credentials.basic.secretkey' is missing" + why);
    }
    if (assumes && !options_.IsSet(option::kAwsRoleArn)) {
      Add("'aws.credentials.role.arn' is missing; the provider ASSUME_ROLE needs it");
    }
  }

  void CheckGuarantee() {
    const bool copy = options_.Get(option::kSinkWriteMode) == option::WriteMode::kCopy;
    const auto promised =
        copy ? option::DeliveryGuarantee::kExactlyOnce : option::DeliveryGuarantee::kAtLeastOnce;
    options_.delivery_guarantee_ = options_.Find(option::kSinkDeliveryGuarantee).value_or(promised);
    if (!copy && options_.delivery_guarantee_ == option::DeliveryGuarantee::kExactlyOnce) {
      Add("'sink.delivery-guarantee' = 'exactly-once' cannot be kept with 'sink.write.mode' = 'jdbc'; choose "
          "the mode "
          "'copy' or the guarantee 'at-least-once'");
    }
  }

  template <typename T>
  void Require(option::Key<T> key) {
    if (!options_.IsSet(key)) Add(Quoted(key.name) + " is missing");
  }

  void CheckForm(option::Key<std::string> key, auto&& check) {
    if (const auto text = options_.Find(key)) {
      if (const arrow::Status status = check(*text); !status.ok()) AddBadForm(key.name, status);
    }
  }

  void AddBadForm(std::string_view key, const arrow::Status& why) {
    const std::string& text = options_.given_.at(std::string(key));
    // A URL may bring a password along: "redshift://user:password@host".
    const bool show = text.find('@') == std::string::npos;
    Add(Quoted(key) + (show ? " = " + Quoted(text) : "") + " is not valid: " + why.message());
  }

  void Add(std::string error) { errors_.push_back(std::move(error)); }

  std::string Message() const {
    if (errors_.size() == 1) return errors_[0];
    std::string message = std::to_string(errors_.size()) + " options are not right:";
    for (const std::string& error : errors_) message += "\n  " + error;
    return message;
  }

  const std::map<std::string, std::string>& input_;
  const Use use_;
  Options options_;
  std::vector<std::string> errors_;
};

arrow::Result<Options> Options::Parse(const std::map<std::string, std::string>& given) {
  return OptionsParser(given, OptionsParser::Use::kTable).Parse();
}

arrow::Result<Options> Options::ParseForStorage(const std::map<std::string, std::string>& given) {
  return OptionsParser(given, OptionsParser::Use::kStorage).Parse();
}

}  // namespace redshift
