// User, password and address of the warehouse, when AWS knows them.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/aws/aws_credentials.h"
#include "engine/option/options.h"
#include "engine/warehouse/login_calls.h"

namespace redshift {

struct ConnectionSettings;

/// Asks AWS for what the options leave out: temporary credentials (`iam.auth`) or those of a secret
/// (`secret-arn`), and host and port where there is no `hostname`. Answers are kept: a login until shortly
/// before it expires, an address for ten minutes. Shared by everything in this process that was given the
/// same options, and thread-safe; one thread asks while the others wait.
class DatabaseCredentials {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Null when the options leave nothing out. Asks nobody yet.
  static arrow::Result<std::shared_ptr<DatabaseCredentials>> For(const Options& options,
                                                                 const HostEnvironment& environment = {});
  /// The same, with keys of the caller's and shared with nobody.
  static arrow::Result<std::shared_ptr<DatabaseCredentials>> Make(const Options& options,
                                                                  const HostEnvironment& environment,
                                                                  std::shared_ptr<AwsCredentials> keys);

  /// Puts what AWS knows into `settings`. Throttled and failed calls are repeated, up to five times with
  /// pauses of a second, until `deadline`. A login that could not be renewed is used for as long as it is
  /// valid. Errors have a WarehouseErrorDetail. `interrupt` may be null.
  arrow::Status Complete(ConnectionSettings* settings, Deadline deadline, const Interrupt* interrupt);

  /// The server refused the login of `settings`: asks for another, unless another thread has done so. False
  /// when the login is not from here, so that nothing else can be tried.
  arrow::Result<bool> Renew(ConnectionSettings* settings, Deadline deadline, const Interrupt* interrupt);

 private:
  enum class From { kNobody, kCluster, kClusterWithIam, kWorkgroup, kSecret };
  struct Recipe {
    From login = From::kNobody;
    From address = From::kNobody;
    std::string cluster;
    std::string workgroup;
    std::string secret_arn;
    std::string database;
    std::string db_user;
    bool auto_create = false;
    std::vector<std::string> db_groups;
    bool port_is_given = false;
    std::string what;    // "the cluster 'etl'", for messages
    std::string advice;  // what to check when the login is refused
  };

  DatabaseCredentials(Recipe recipe, Options options, HostEnvironment environment,
                      std::shared_ptr<AwsCredentials> keys);

  arrow::Status Lock(std::unique_lock<std::mutex>* lock, Deadline deadline, const Interrupt* interrupt);
  void PutLogin(ConnectionSettings* settings) const;
  bool LoginIsFresh() const;
  bool LoginIsValid() const;
  bool AddressIsFresh() const;
  arrow::Status FetchLogin(Deadline deadline, const Interrupt* interrupt);
  arrow::Status FetchAddress(Deadline deadline, const Interrupt* interrupt);
  arrow::Status FetchSecret(Deadline deadline, const Interrupt* interrupt);
  arrow::Result<AwsService> Service(From from);
  /// Repeats `call(CallContext)` as Complete says.
  template <typename T, typename Function>
  arrow::Result<T> Repeatedly(From from, Deadline deadline, const Interrupt* interrupt, Function call);

  const Recipe recipe_;
  const Options options_;
  const HostEnvironment environment_;
  const std::shared_ptr<AwsCredentials> keys_;
  HttpClient http_;

  std::mutex mutex_;    // held while AWS is asked; for all below
  std::string region_;  // of Redshift's API; empty: not found yet
  std::optional<LoginCredentials> login_;
  std::chrono::system_clock::time_point login_good_until_;
  std::optional<WarehouseAddress> address_;
  std::chrono::steady_clock::time_point address_good_until_;
  arrow::Status failure_;  // the last one, and when it was
  std::chrono::steady_clock::time_point failed_at_;
};

}  // namespace redshift
