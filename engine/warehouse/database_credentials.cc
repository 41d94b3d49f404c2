#include "engine/warehouse/database_credentials.h"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "engine/aws/region.h"
#include "engine/option/option_form.h"
#include "engine/option/shared_by_key.h"
#include "engine/warehouse/connect_error.h"
#include "engine/warehouse/connection_settings.h"

namespace redshift {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr int kAttempts = 5;
constexpr milliseconds kPause(1000);
constexpr milliseconds kCallTimeout(10'000);
constexpr std::chrono::minutes kAddressLife(10);
// A login is fetched anew between these before its expiry: time enough to log in, and not all at once.
constexpr milliseconds kEarliestRenewal(180'000);
constexpr milliseconds kLatestRenewal(60'000);

milliseconds Between(milliseconds low, milliseconds high) {
  thread_local std::mt19937_64 random{std::random_device()()};
  return milliseconds(std::uniform_int_distribution<int64_t>(low.count(), high.count())(random));
}

arrow::Status AsConnectError(const arrow::Status& status, const std::string& what) {
  if (const HttpErrorDetail* error = HttpError(status);
      error != nullptr && error->kind == HttpErrorDetail::Kind::kInterrupted) {
    return InterruptedError("asking AWS about " + what);
  }
  const bool passes = IsRetryable(status);
  return ConnectError(passes ? ErrorKind::kConnection : ErrorKind::kLogin,
                      passes ? Retry::kConnection : Retry::kNever, "No session with ", what, ": ",
                      status.message());
}

bool Passes(const arrow::Status& status) {
  const WarehouseErrorDetail* error = WarehouseError(status);
  return error != nullptr && error->retry == Retry::kConnection;
}

/// Everything that two tables must have in common to share what AWS answered.
SharingKey KeyOf(const Options& options, const HostEnvironment& environment) {
  SharingKey key;
  for (const auto& [name, value] : options.given()) {
    if (name.starts_with("aws.") || name.starts_with("iam.") || name.starts_with("secret-") ||
        name == option::kHostname.name || name == option::kPort.name || name == option::kDatabaseName.name) {
      key.Add(name);
      key.Add(value);
    }
  }
  key.Add(environment.flink_access_key);
  key.Add(environment.java_access_key_id);
  return key;
}

}  // namespace

arrow::Result<std::shared_ptr<DatabaseCredentials>> DatabaseCredentials::For(
    const Options& options, const HostEnvironment& environment) {
  const bool asks =
      options.Get(option::kIamAuth) || options.IsSet(option::kSecretArn) || !options.IsSet(option::kHostname);
  if (!asks) return nullptr;
  static SharedByKey<DatabaseCredentials> in_use;
  return in_use.Get(KeyOf(options, environment),
                    [&]() -> arrow::Result<std::shared_ptr<DatabaseCredentials>> {
                      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<AwsCredentials> keys,
                                            AwsCredentials::Make(options, environment));
                      return Make(options, environment, std::move(keys));
                    });
}

arrow::Result<std::shared_ptr<DatabaseCredentials>> DatabaseCredentials::Make(
    const Options& options, const HostEnvironment& environment, std::shared_ptr<AwsCredentials> keys) {
  Recipe recipe;
  recipe.cluster = options.Find(option::kIamClusterIdentifier).value_or("");
  recipe.workgroup = options.Find(option::kIamWorkgroup).value_or("");
  recipe.secret_arn = options.Find(option::kSecretArn).value_or("");
  recipe.database = options.Get(option::kDatabaseName);
  recipe.db_user = options.Find(option::kIamDbUser).value_or("");
  recipe.auto_create = options.Get(option::kIamAutoCreate);
  recipe.port_is_given = options.IsSet(option::kPort);
  if (const auto groups = options.Find(option::kIamDbGroups)) {
    ARROW_ASSIGN_OR_RAISE(recipe.db_groups, ParseNameList(*groups));
  }
  const From place = !recipe.cluster.empty()     ? From::kCluster
                     : !recipe.workgroup.empty() ? From::kWorkgroup
                                                 : From::kSecret;
  if (!options.IsSet(option::kHostname)) recipe.address = place;
  recipe.what = place == From::kCluster     ? "the cluster '" + recipe.cluster + "'"
                : place == From::kWorkgroup ? "the workgroup '" + recipe.workgroup + "'"
                                            : "the warehouse of the secret '" + recipe.secret_arn + "'";
  if (!recipe.secret_arn.empty()) {
    recipe.login = From::kSecret;
    recipe.advice = "User and password are those of the secret '" + recipe.secret_arn +
                    "', which was read again; correct it there.";
  } else if (options.Get(option::kIamAuth)) {
    recipe.login = place == From::kCluster && recipe.db_user.empty() ? From::kClusterWithIam : place;
    recipe.advice = "The password is a temporary one of AWS, fetched anew; check that ";
    if (recipe.address == From::kNobody) {
      recipe.advice += "'hostname' belongs to " + recipe.what + ", and that ";
    }
    recipe.advice += "the user ";
    if (!recipe.db_user.empty() && !recipe.auto_create)
      recipe.advice += "exists (or set 'iam.auto-create') and ";
    recipe.advice += "may log in to the database.";
  }
  return std::shared_ptr<DatabaseCredentials>(
      new DatabaseCredentials(std::move(recipe), options, environment, std::move(keys)));
}

DatabaseCredentials::DatabaseCredentials(Recipe recipe, Options options, HostEnvironment environment,
                                         std::shared_ptr<AwsCredentials> keys)
    : recipe_(std::move(recipe)),
      options_(std::move(options)),
      environment_(std::move(environment)),
      keys_(std::move(keys)) {}

arrow::Status DatabaseCredentials::Lock(std::unique_lock<std::mutex>* lock, Deadline deadline,
                                        const Interrupt* interrupt) {
  // Asked again and again: ThreadSanitizer does not see a std::timed_mutex that is taken by the steady clock.
  const milliseconds pause(10);
  *lock = std::unique_lock(mutex_, std::defer_lock);
  while (!lock->try_lock()) {
    if (interrupt == nullptr) {
      std::this_thread::sleep_for(pause);
    } else if (!interrupt->SleepFor(pause)) {
      return InterruptedError("asking AWS about " + recipe_.what);
    }
    if (steady_clock::now() >= deadline) {
      return ConnectError(
          ErrorKind::kConnection, Retry::kConnection, "No session with ", recipe_.what,
          " within 'connect.timeout': another thread still waits for what AWS says about it.");
    }
  }
  return arrow::Status::OK();
}

arrow::Status DatabaseCredentials::Complete(ConnectionSettings* settings, Deadline deadline,
                                            const Interrupt* interrupt) {
  const auto asked_at = steady_clock::now();
  std::unique_lock<std::mutex> lock;
  ARROW_RETURN_NOT_OK(Lock(&lock, deadline, interrupt));
  const auto remember = [&](const arrow::Status& status) {
    if (!status.IsCancelled()) {
      failure_ = status;
      failed_at_ = steady_clock::now();
    }
    return status;
  };
  const bool asks = (recipe_.login != From::kNobody && !LoginIsFresh()) ||
                    (recipe_.address != From::kNobody && !AddressIsFresh());
  // What failed while this thread waited for its turn has failed for it too.
  if (asks && !failure_.ok() && failed_at_ > asked_at) return failure_;
  if (recipe_.login != From::kNobody && !LoginIsFresh()) {
    const arrow::Status status = FetchLogin(deadline, interrupt);
    // It is fetched anew before its time is up.
    if (!status.ok() && (status.IsCancelled() || !LoginIsValid())) return remember(status);
  }
  if (recipe_.address != From::kNobody && !AddressIsFresh()) {
    const arrow::Status status = FetchAddress(deadline, interrupt);
    // A warehouse seldom moves: the address it had is better than none.
    if (!status.ok() && (status.IsCancelled() || !address_ || !Passes(status))) return remember(status);
  }
  if (recipe_.address != From::kNobody) {
    settings->host = address_->host;
    if (!recipe_.port_is_given) settings->port = address_->port;
  }
  PutLogin(settings);
  return arrow::Status::OK();
}

arrow::Result<bool> DatabaseCredentials::Renew(ConnectionSettings* settings, Deadline deadline,
                                               const Interrupt* interrupt) {
  if (recipe_.login == From::kNobody) return false;
  std::unique_lock<std::mutex> lock;
  ARROW_RETURN_NOT_OK(Lock(&lock, deadline, interrupt));
  if (!login_ || login_->password.Reveal() == settings->password.Reveal()) {
    ARROW_RETURN_NOT_OK(FetchLogin(deadline, interrupt));
  }
  PutLogin(settings);
  return true;
}

void DatabaseCredentials::PutLogin(ConnectionSettings* settings) const {
  if (recipe_.login == From::kNobody) return;
  settings->user = login_->user;
  settings->password = login_->password;
  settings->login_advice = recipe_.advice;
}

bool DatabaseCredentials::LoginIsFresh() const {
  return login_ && (!login_->expires || system_clock::now() < login_good_until_);
}

bool DatabaseCredentials::LoginIsValid() const {
  return login_ && (!login_->expires || system_clock::now() < *login_->expires);
}

bool DatabaseCredentials::AddressIsFresh() const {
  return address_ && steady_clock::now() < address_good_until_;
}

arrow::Result<AwsService> DatabaseCredentials::Service(From from) {
  if (from == From::kSecret) {
    // arn:aws:secretsmanager:<region>:..
    std::string_view rest = recipe_.secret_arn;
    for (int part = 0; part < 3; ++part) rest.remove_prefix(rest.find(':') + 1);
    const std::string region(rest.substr(0, rest.find(':')));
    return AwsService{"AWS Secrets Manager", "secretsmanager", region,
                      ServiceUrl(options_.Find(option::kSecretEndpoint).value_or(""), "SECRETS_MANAGER",
                                 "secretsmanager", region, environment_)};
  }
  if (region_.empty()) {
    // The warehouse's own region, which need not be that of the bucket.
    region_ = RegionOfHost(options_.Find(option::kHostname).value_or(""));
    if (region_.empty()) region_ = FindRegion(options_, environment_, http_);
  }
  if (region_.empty()) {
    return arrow::Status::Invalid("the region of ", recipe_.what,
                                  " is not known. Set 'aws.region', or AWS_REGION in the environment.");
  }
  const std::string override = options_.Find(option::kIamEndpoint).value_or("");
  if (from == From::kWorkgroup) {
    return AwsService{
        "Amazon Redshift Serverless", "redshift-serverless", region_,
        ServiceUrl(override, "REDSHIFT_SERVERLESS", "redshift-serverless", region_, environment_)};
  }
  return AwsService{"Amazon Redshift", "redshift", region_,
                    ServiceUrl(override, "REDSHIFT", "redshift", region_, environment_)};
}

template <typename T, typename Function>
arrow::Result<T> DatabaseCredentials::Repeatedly(From from, Deadline deadline, const Interrupt* interrupt,
                                                 Function call) {
  for (int attempt = 1;; ++attempt) {
    const arrow::Result<T> answer = [&]() -> arrow::Result<T> {
      CallContext context{&http_, {}, {}, interrupt};
      ARROW_ASSIGN_OR_RAISE(context.service, Service(from));
      ARROW_ASSIGN_OR_RAISE(context.keys, keys_->Get({}, {deadline, interrupt}));
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
      const milliseconds most = std::min(kCallTimeout, options_.Get(option::kAwsRequestTimeout));
      context.service.timeout = std::clamp(left, milliseconds(1), most);
      return call(context);
    }();
    if (answer.ok()) return answer;
    const milliseconds pause = kPause + Between(milliseconds(0), milliseconds(250));
    if (!IsRetryable(answer.status()) || attempt == kAttempts || steady_clock::now() + pause >= deadline) {
      return AsConnectError(answer.status(), recipe_.what);
    }
    if (interrupt == nullptr) {
      std::this_thread::sleep_for(pause);
    } else if (!interrupt->SleepFor(pause)) {
      return InterruptedError("asking AWS about " + recipe_.what);
    }
  }
}

arrow::Status DatabaseCredentials::FetchLogin(Deadline deadline, const Interrupt* interrupt) {
  if (recipe_.login == From::kSecret) return FetchSecret(deadline, interrupt);
  ARROW_ASSIGN_OR_RAISE(
      login_, Repeatedly<LoginCredentials>(recipe_.login, deadline, interrupt, [&](const CallContext& call) {
        if (recipe_.login == From::kWorkgroup) {
          return GetWorkgroupCredentials(call, recipe_.workgroup, recipe_.database);
        }
        if (recipe_.login == From::kClusterWithIam) {
          return GetClusterCredentialsWithIam(call, recipe_.cluster, recipe_.database);
        }
        return GetClusterCredentials(call, recipe_.cluster, recipe_.database, recipe_.db_user,
                                     recipe_.auto_create, recipe_.db_groups);
      }));
  login_good_until_ = *login_->expires - Between(kLatestRenewal, kEarliestRenewal);
  return arrow::Status::OK();
}

arrow::Status DatabaseCredentials::FetchAddress(Deadline deadline, const Interrupt* interrupt) {
  if (recipe_.address == From::kSecret) return FetchSecret(deadline, interrupt);
  ARROW_ASSIGN_OR_RAISE(address_, Repeatedly<WarehouseAddress>(
                                      recipe_.address, deadline, interrupt, [&](const CallContext& call) {
                                        return recipe_.address == From::kWorkgroup
                                                   ? LookUpWorkgroup(call, recipe_.workgroup)
                                                   : LookUpCluster(call, recipe_.cluster);
                                      }));
  address_good_until_ = steady_clock::now() + kAddressLife;
  return arrow::Status::OK();
}

arrow::Status DatabaseCredentials::FetchSecret(Deadline deadline, const Interrupt* interrupt) {
  ARROW_ASSIGN_OR_RAISE(
      SecretLogin secret,
      Repeatedly<SecretLogin>(From::kSecret, deadline, interrupt, [&](const CallContext& call) {
        return GetSecretLogin(call, recipe_.secret_arn);
      }));
  login_ = std::move(secret.login);
  if (recipe_.address != From::kSecret) return arrow::Status::OK();
  if (!secret.address) {
    return ConnectError(ErrorKind::kLogin, Retry::kNever, "'hostname' is missing, and the secret '",
                        recipe_.secret_arn, "' has no 'host'. Give one of them.");
  }
  address_ = std::move(secret.address);
  address_good_until_ = steady_clock::now() + kAddressLife;
  return arrow::Status::OK();
}

}  // namespace redshift
