#include "local/copy/access_keys.h"

#include <fmt/format.h>
#include <httplib.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace redshift_local {
namespace {

constexpr int kPatienceSeconds = 10;

}  // namespace

AccessKeys::AccessKeys(std::vector<S3Keys> own, std::string moto_url)
    : own_(std::move(own)), moto_url_(std::move(moto_url)) {}

std::optional<KnownKey> AccessKeys::Find(const std::string& access_key_id) const {
  for (const auto& keys : own_) {
    if (keys.access_key_id != access_key_id) continue;
    return KnownKey{keys, fmt::format("arn:aws:iam::{}:user/{}", kAccount, access_key_id), "", std::nullopt};
  }
  if (moto_url_.empty()) return std::nullopt;
  httplib::Client client(moto_url_);
  client.set_connection_timeout(kPatienceSeconds);
  client.set_read_timeout(kPatienceSeconds);
  // What answers is local/server/s3_server.py.
  const auto answer = client.Get("/moto-api/issued-key", httplib::Params{{"id", access_key_id}}, {});
  if (answer && answer->status == 404) return std::nullopt;
  const auto json = answer && answer->status == 200 ? nlohmann::json::parse(answer->body, nullptr, false)
                                                    : nlohmann::json();
  if (!json.is_object()) {
    spdlog::warn("the S3 server at {} did not tell whether it has made an access key: {}", moto_url_,
                 answer ? fmt::format("status {}", answer->status) : httplib::to_string(answer.error()));
    return std::nullopt;
  }
  KnownKey key;
  key.keys = {access_key_id, json.value("secret_access_key", ""), json.value("session_token", "")};
  key.arn = json.value("arn", "");
  key.role_arn = json.value("role_arn", "");
  if (const auto expires = json.find("expires_at_milliseconds"); expires != json.end()) {
    key.expires = std::chrono::system_clock::time_point(std::chrono::milliseconds(expires->get<int64_t>()));
  }
  return key;
}

}  // namespace redshift_local
