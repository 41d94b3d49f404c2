// The Redshift API of the stand-in: HTTP on the loopback interface, for AWS SDKs whose endpoint is set to it.
#pragma once

#include <memory>
#include <string>

#include "local/api/call.h"

namespace redshift_local {

/// Answers one request: finds its signer, checks its signature, carries it out. Does not throw.
/// With `only_known_keys`, requests that were signed with a key which `keys` does not know are refused; else
/// they are those of an IAM user who is named like the key, and their signature is not looked at.
ApiAnswer AnswerRequest(const ApiRequest& request, const ClusterFacts& cluster, const AccessKeys* keys,
                        bool only_known_keys, ServerState* server);

/// Serves from Start until its destructor, on threads of its own. The destructor takes a second, and up to
/// ten while a client is in the middle of a request.
class ApiServer {
 public:
  struct Options {
    int port = 0;
    bool only_known_keys = false;
  };

  /// `keys` and `server` outlive it. Throws ProgramError when it cannot listen.
  static std::unique_ptr<ApiServer> Start(const Options& options, ClusterFacts cluster,
                                          const AccessKeys* keys, ServerState* server);
  ~ApiServer();

  std::string url() const;

 private:
  class Http;
  ApiServer(std::unique_ptr<Http> http, int port);
  std::unique_ptr<Http> http_;
  int port_;
};

}  // namespace redshift_local
