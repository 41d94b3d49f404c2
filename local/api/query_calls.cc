// The calls of Redshift itself, in the Query protocol: a form comes in, XML goes out.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>

#include "local/api/call.h"
#include "local/api/temporary_login.h"
#include "local/session/password.h"

namespace redshift_local {
namespace {

using std::chrono::system_clock;
using Form = std::map<std::string, std::string>;

constexpr std::string_view kNamespace = "http://redshift.amazonaws.com/doc/2012-12-01/";
constexpr std::string_view kVersion = "2012-12-01";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string DecodeForm(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(text[i + 2]);
    if (low >= 0) {
      plain.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      plain.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return plain;
}

Form ReadForm(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    const size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = field.substr(std::min(equals + 1, field.size()));
    if (!field.empty()) form[DecodeForm(field.substr(0, equals))] = DecodeForm(value);
  }
  return form;
}

std::string Field(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

std::optional<int64_t> Number(const Form& form, const std::string& name) {
  const std::string text = Field(form, name);
  if (text.empty()) return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw ApiError(ApiErrorKind::kInvalidParameter, fmt::format("{} '{}' is not a number.", name, text));
  }
  return number;
}

bool Boolean(const Form& form, const std::string& name) {
  const std::string text = Field(form, name);
  if (text.empty() || text == "false") return false;
  if (text == "true") return true;
  throw ApiError(ApiErrorKind::kInvalidParameter,
                 fmt::format("{} '{}' is neither true nor false.", name, text));
}

// DbGroups.DbGroup.1, .2, ...; some clients write `member`.
std::vector<std::string> List(const Form& form, const std::string& name, const std::string& item) {
  std::vector<std::string> values;
  for (const std::string& spelling : {item, std::string("member")}) {
    for (int i = 1; form.contains(fmt::format("{}.{}.{}", name, spelling, i)); ++i) {
      values.push_back(form.at(fmt::format("{}.{}.{}", name, spelling, i)));
    }
  }
  return values;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Element(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", name, Escaped(text));
}

// `xml` is XML already.
std::string Parent(std::string_view name, std::string_view xml) {
  return fmt::format("<{0}>{1}</{0}>", name, xml);
}

std::string Iso(system_clock::time_point time) {
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(system_clock::to_time_t(time)), millis);
}

std::string RequestId() {
  std::string id = Md5Hex(RandomBytes(16));
  for (const size_t at : {20, 16, 12, 8}) id.insert(at, "-");
  return id;
}

ApiAnswer Answered(const std::string& operation, const std::string& result) {
  return {200, "text/xml",
          fmt::format("<{0}Response xmlns=\"{1}\"><{0}Result>{2}</{0}Result><ResponseMetadata>{3}"
                      "</ResponseMetadata></{0}Response>",
                      operation, kNamespace, result, Element("RequestId", RequestId()))};
}

void CheckCluster(const Form& form, const ClusterFacts& cluster) {
  const std::string name = Field(form, "ClusterIdentifier");
  if (name.empty() && Field(form, "CustomDomainName").empty()) {
    throw ApiError(ApiErrorKind::kMissingParameter,
                   "The request must contain the parameter ClusterIdentifier or CustomDomainName.");
  }
  if (name.empty()) {
    throw ApiError(
        ApiErrorKind::kNotFound,
        fmt::format("Custom domain {} not found: redshift-local has none.", Field(form, "CustomDomainName")));
  }
  if (name != cluster.name)
    throw ApiError(ApiErrorKind::kNotFound, fmt::format("Cluster {} not found.", name));
}

std::string Credentials(const IssuedLogin& login) {
  return Element("DbUser", login.user) + Element("DbPassword", login.password) +
         Element("Expiration", Iso(login.expires));
}

ApiAnswer GetClusterCredentials(const Form& form, const Call& call) {
  CheckCluster(form, call.cluster);
  LoginRequest request;
  request.db_user = Field(form, "DbUser");
  request.db_name = Field(form, "DbName");
  request.db_groups = List(form, "DbGroups", "DbGroup");
  request.auto_create = Boolean(form, "AutoCreate");
  if (request.db_user.empty()) {
    throw ApiError(ApiErrorKind::kMissingParameter, "The request must contain the parameter DbUser.");
  }
  const auto lasts = CheckDuration(Number(form, "DurationSeconds"), "DurationSeconds");
  const IssuedLogin login = MakeLogin(request, call.now + lasts);
  call.server->issued().Issue(login);
  return Answered("GetClusterCredentials", Credentials(login));
}

ApiAnswer GetClusterCredentialsWithIam(const Form& form, const Call& call) {
  CheckCluster(form, call.cluster);
  const auto lasts = CheckDuration(Number(form, "DurationSeconds"), "DurationSeconds");
  const IssuedLogin login = MakeLoginOfCaller(call.caller_arn, Field(form, "DbName"), call.now + lasts);
  call.server->issued().Issue(login);
  return Answered("GetClusterCredentialsWithIAM",
                  Credentials(login) + Element("NextRefreshTime", Iso(login.expires)));
}

std::string DescribeCluster(const ClusterFacts& cluster) {
  std::string roles;
  for (const std::string& role : cluster.roles) {
    roles += Parent("ClusterIamRole", Element("IamRoleArn", role) + Element("ApplyStatus", "in-sync"));
  }
  std::string xml =
      Element("ClusterIdentifier", cluster.name) + Element("NodeType", "ra3.xlplus") +
      Element("ClusterStatus", "available") + Element("ClusterAvailabilityStatus", "Available") +
      Element("MasterUsername", cluster.administrator) + Element("DBName", cluster.database) +
      Parent("Endpoint",
             Element("Address", cluster.address) + Element("Port", std::to_string(cluster.port))) +
      Element("ClusterCreateTime", Iso(cluster.created)) + Element("ClusterVersion", "1.0") +
      Element("NumberOfNodes", "1") + Element("PubliclyAccessible", "false") + Element("Encrypted", "false") +
      Parent("IamRoles", roles);
  if (!cluster.roles.empty()) xml += Element("DefaultIamRoleArn", cluster.roles.front());
  return Parent("Cluster", xml);
}

ApiAnswer DescribeClusters(const Form& form, const Call& call) {
  const std::string name = Field(form, "ClusterIdentifier");
  if (!name.empty()) CheckCluster(form, call.cluster);
  const int64_t most = Number(form, "MaxRecords").value_or(100);
  if (most < 20 || most > 100) {
    throw ApiError(ApiErrorKind::kInvalidParameter, "MaxRecords must be between 20 and 100.");
  }
  if (!Field(form, "Marker").empty()) {
    throw ApiError(ApiErrorKind::kInvalidParameter, "Marker is not one that DescribeClusters has returned.");
  }
  // The cluster has no tags, so that whoever asks for some gets none.
  const bool tagged =
      !List(form, "TagKeys", "TagKey").empty() || !List(form, "TagValues", "TagValue").empty();
  return Answered("DescribeClusters", Parent("Clusters", tagged ? "" : DescribeCluster(call.cluster)));
}

}  // namespace

std::string QueryOperation(const ApiRequest& request) {
  const Form form = ReadForm(request.body);
  const std::string action = Field(form, "Action");
  if (action.empty()) {
    throw ApiError(
        ApiErrorKind::kUnknownOperation,
        "The form has no field Action: this is redshift-local's Redshift API, which takes requests of "
        "AWS SDKs.");
  }
  if (const std::string version = Field(form, "Version"); version != kVersion) {
    throw ApiError(ApiErrorKind::kUnknownOperation,
                   fmt::format("Could not find operation {} for version {}", action, version));
  }
  return action;
}

ApiAnswer AnswerQuery(const std::string& operation, const Call& call) {
  const Form form = ReadForm(call.request.body);
  if (operation == "GetClusterCredentials") return GetClusterCredentials(form, call);
  if (operation == "GetClusterCredentialsWithIAM") return GetClusterCredentialsWithIam(form, call);
  if (operation == "DescribeClusters") return DescribeClusters(form, call);
  throw ApiError(ApiErrorKind::kUnknownOperation,
                 fmt::format("Could not find operation {} for version {}: redshift-local answers "
                             "GetClusterCredentials, GetClusterCredentialsWithIAM and DescribeClusters",
                             operation, kVersion));
}

ApiAnswer QueryError(const ApiError& error) {
  const ApiErrorCode code = CodeOf(error.kind, ApiProtocol::kQuery);
  const std::string fault = Element("Type", code.http_status < 500 ? "Sender" : "Receiver") +
                            Element("Code", code.code) + Element("Message", error.what());
  return {code.http_status, "text/xml",
          fmt::format("<ErrorResponse xmlns=\"{}\">{}{}</ErrorResponse>", kNamespace, Parent("Error", fault),
                      Element("RequestId", RequestId()))};
}

}  // namespace redshift_local
