// The rules by which the API makes temporary database credentials, common to its calls.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "local/session/issued_credentials.h"

namespace redshift_local {

/// What GetClusterCredentials is asked for, as the request has it.
struct LoginRequest {
  std::string db_user;
  std::string db_name;
  std::vector<std::string> db_groups;
  bool auto_create = false;
};

/// `given`, or 900 s; throws ApiError outside of 900 to 3600. `name` is the parameter's.
std::chrono::seconds CheckDuration(std::optional<int64_t> given, const std::string& name);

/// Checks a name of a database, user or group by the rules of the API reference. Throws ApiError.
void CheckName(const std::string& value, const std::string& parameter);

/// For GetClusterCredentials: `IAM:<user>`, or `IAMA:<user>` with AutoCreate, and the groups after it.
/// Neither the user nor the groups need to be there before the log-in. Throws ApiError.
IssuedLogin MakeLogin(const LoginRequest& request, std::chrono::system_clock::time_point expires);

/// For the calls whose database user stands for the caller: `IAM:<user>` or `IAMR:<role>`, which is made at
/// its first log-in. Throws ApiError.
IssuedLogin MakeLoginOfCaller(const std::string& caller_arn, const std::string& db_name,
                              std::chrono::system_clock::time_point expires);

}  // namespace redshift_local
