// The calls of the Redshift API that redshift-local answers.
#pragma once

#include <chrono>
#include <string>

#include "local/api/api_error.h"
#include "local/api/signature.h"
#include "local/copy/access_keys.h"
#include "local/session/server_state.h"

namespace redshift_local {

/// The one cluster, which is also the one workgroup.
struct ClusterFacts {
  std::string name = "local";
  std::string address = "127.0.0.1";
  int port = 0;
  std::string region = "us-east-1";
  std::string administrator;
  std::string database;
  /// ARNs of the roles that are attached to it; the first is its default.
  std::vector<std::string> roles;
  std::chrono::system_clock::time_point created;
};

/// A request whose signature was checked.
struct Call {
  const ApiRequest& request;
  /// The IAM identity that has signed it.
  std::string caller_arn;
  std::chrono::system_clock::time_point now;
  const ClusterFacts& cluster;
  ServerState* server;
};

struct ApiAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// The name of the operation that the request asks for, e.g. `GetCredentials`; throws ApiError when it names
/// none. Query has it in the form's field Action, JSON in the header X-Amz-Target.
std::string QueryOperation(const ApiRequest& request);
std::string JsonOperation(const ApiRequest& request);

/// GetClusterCredentials, GetClusterCredentialsWithIAM, DescribeClusters. Throws ApiError.
ApiAnswer AnswerQuery(const std::string& operation, const Call& call);
/// GetCredentials, GetWorkgroup of redshift-serverless. Throws ApiError.
ApiAnswer AnswerJson(const std::string& operation, const Call& call);

/// An error in the form of the protocol.
ApiAnswer QueryError(const ApiError& error);
ApiAnswer JsonError(const ApiError& error);

}  // namespace redshift_local
