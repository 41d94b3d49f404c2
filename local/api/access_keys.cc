#include "local/api/access_keys.h"

#include <fmt/format.h>
#include <httplib.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace redshift_local {
namespace {

using Json = nlohmann::json;

constexpr int kPatienceSeconds = 10;

std::string UserArn(const std::string& name) {
  return fmt::format("arn:aws:iam::{}:user/{}", kAccount, name);
}

// A member that is absent, null or no string is empty.
std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The instances of one of moto's classes.
const Json& Instances(const Json& data, const char* service, const char* type) {
  static const Json kNone = Json::array();
  const auto models = data.find(service);
  if (models == data.end()) return kNone;
  const auto found = models->find(type);
  return found == models->end() ? kNone : *found;
}

}  // namespace

AccessKeys::AccessKeys(std::vector<S3Keys> own, std::string moto_url) : moto_url_(std::move(moto_url)) {
  for (S3Keys& keys : own) {
    std::string id = keys.access_key_id;
    std::string arn = UserArn(id);
    known_.insert_or_assign(std::move(id), KnownKey{std::move(keys), std::move(arn)});
  }
}

std::optional<KnownKey> AccessKeys::Find(const std::string& access_key_id) {
  std::lock_guard lock(mutex_);
  auto found = known_.find(access_key_id);
  if (found == known_.end() && !moto_url_.empty()) {
    AskMoto();
    found = known_.find(access_key_id);
  }
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

// moto shows all that it holds, secrets too: https://docs.getmoto.org/en/latest/docs/server_mode.html
void AccessKeys::AskMoto() {
  httplib::Client client(moto_url_);
  client.set_connection_timeout(kPatienceSeconds);
  client.set_read_timeout(kPatienceSeconds);
  const httplib::Result answer = client.Get("/moto-api/data.json");
  if (!answer || answer->status != 200) {
    spdlog::warn("the S3 server at {} did not tell which access keys it has made: {}", moto_url_,
                 answer ? fmt::format("status {}", answer->status) : httplib::to_string(answer.error()));
    return;
  }
  const Json data = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  for (const Json& role : Instances(data, "sts", "AssumedRole")) {
    const std::string id = Text(role, "access_key_id");
    known_.emplace(
        id, KnownKey{{id, Text(role, "secret_access_key"), Text(role, "session_token")}, Text(role, "arn")});
  }
  for (const Json& key : Instances(data, "iam", "AccessKey")) {
    const std::string user = Text(key, "user_name");
    // The rest are the ones of assumed roles.
    if (user.empty()) continue;
    const std::string id = Text(key, "access_key_id");
    known_.emplace(id, KnownKey{{id, Text(key, "secret_access_key"), ""}, UserArn(user)});
  }
}

}  // namespace redshift_local
