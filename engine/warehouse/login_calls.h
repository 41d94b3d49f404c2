// The calls of AWS that tell where a warehouse is and how to log in to it.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/aws/signed_call.h"
#include "engine/option/secret.h"

namespace redshift {

/// A user of the database as AWS names it: `user` goes to the server unchanged, with its prefix ("IAM:etl",
/// "IAMA:etl:loaders", "IAMR:role").
struct LoginCredentials {
  std::string user;
  Secret password;
  std::optional<std::chrono::system_clock::time_point> expires;  ///< none: until somebody changes it
};

struct WarehouseAddress {
  std::string host;
  int port = 5439;
};

/// What a call needs beside its own parameters. Nothing is owned.
struct CallContext {
  HttpClient* http;
  AwsService service;
  AwsKeys keys;
  const Interrupt* interrupt = nullptr;  ///< may be null
};

/// Each call is sent once and blocks for at most `service.timeout`. Errors are signed_call.h's, or Invalid
/// for an answer without what was asked for. Pages: Amazon Redshift API Reference, Redshift Serverless API
/// Reference, AWS Secrets Manager API Reference.

/// Temporary password of `user`, which is created when it is not there and `auto_create` is set, and joins
/// `groups` for the session.
arrow::Result<LoginCredentials> GetClusterCredentials(const CallContext& call, const std::string& cluster,
                                                      const std::string& database, const std::string& user,
                                                      bool auto_create,
                                                      const std::vector<std::string>& groups);

/// Temporary password of the database user that belongs to the calling identity.
arrow::Result<LoginCredentials> GetClusterCredentialsWithIam(const CallContext& call,
                                                             const std::string& cluster,
                                                             const std::string& database);

/// The same for a serverless workgroup.
arrow::Result<LoginCredentials> GetWorkgroupCredentials(const CallContext& call, const std::string& workgroup,
                                                        const std::string& database);

/// DescribeClusters; an error that passes (IsRetryable) says so when the cluster has no endpoint yet.
arrow::Result<WarehouseAddress> LookUpCluster(const CallContext& call, const std::string& cluster);

/// GetWorkgroup; likewise.
arrow::Result<WarehouseAddress> LookUpWorkgroup(const CallContext& call, const std::string& workgroup);

/// A secret of the form that Redshift's secrets have: JSON with `username`, `password`, `host`, `port`.
struct SecretLogin {
  LoginCredentials login;
  std::optional<WarehouseAddress> address;  ///< none when the secret has no `host`
};
arrow::Result<SecretLogin> GetSecretLogin(const CallContext& call, const std::string& arn);

}  // namespace redshift
