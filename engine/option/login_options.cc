#include "engine/option/login_options.h"

#include <string_view>

namespace redshift {
namespace {

class LoginCheck {
 public:
  LoginCheck(const Options& options, std::vector<std::string>* errors) : options_(options), errors_(errors) {}

  void Run() {
    if (iam_ && secret_) {
      Add("'iam.auth' and 'secret-arn' exclude each other; give one of them");
    } else if (iam_ || secret_) {
      RefuseUserAndPassword();
    } else {
      RequireUserAndPassword();
    }
    CheckPlace();
    CheckIam();
    if (options_.IsSet(option::kSecretEndpoint) && !secret_) {
      Add("'secret-endpoint' has no effect without 'secret-arn'; leave it out");
    }
  }

 private:
  void RequireUserAndPassword() {
    if (!options_.IsSet(option::kUsername)) Add("'username' is missing");
    const bool has_password = options_.IsSet(option::kPassword);
    const bool has_file = options_.IsSet(option::kPasswordFile);
    if (!has_password && !has_file) Add("'password' is missing; give it, or 'password-file'");
    if (has_password && has_file) Add("'password' and 'password-file' exclude each other; give one of them");
  }

  void RefuseUserAndPassword() {
    const std::string by = iam_ ? "'iam.auth' = 'true'" : "'secret-arn'";
    const auto refuse = [&](bool is_set, const std::string& key, const std::string& instead) {
      if (is_set)
        Add("'" + key + "' has no effect with " + by + ", which brings user and password; " + instead);
    };
    refuse(options_.IsSet(option::kUsername), "username",
           iam_ ? "give 'iam.db-user' instead, or leave it out" : "leave it out");
    refuse(options_.IsSet(option::kPassword), "password", "leave it out");
    refuse(options_.IsSet(option::kPasswordFile), "password-file", "leave it out");
  }

  void CheckPlace() {
    if (cluster_ && workgroup_) {
      Add("'iam.cluster-identifier' and 'iam.workgroup' exclude each other; give one of them");
    }
    const bool has_host = options_.IsSet(option::kHostname);
    if (!has_host && !cluster_ && !workgroup_ && !secret_) Add("'hostname' is missing");
    if (has_host && !iam_ && (cluster_ || workgroup_)) {
      Add(std::string(cluster_ ? "'iam.cluster-identifier'" : "'iam.workgroup'") +
          " has no effect with 'hostname' and without 'iam.auth' = 'true'; leave one of them out");
    }
    if (options_.IsSet(option::kIamEndpoint) && !cluster_ && !workgroup_) {
      Add("'iam.endpoint' has no effect without 'iam.cluster-identifier' or 'iam.workgroup'; leave it out");
    }
  }

  void CheckIam() {
    const bool creates = options_.Get(option::kIamAutoCreate);
    const bool groups = options_.IsSet(option::kIamDbGroups);
    const bool user = options_.IsSet(option::kIamDbUser);
    if (!iam_) {
      for (const auto& [is_set, key] : {std::pair{user, "iam.db-user"}, std::pair{creates, "iam.auto-create"},
                                        std::pair{groups, "iam.db-groups"}}) {
        if (is_set)
          Add(std::string("'") + key +
              "' has no effect unless 'iam.auth' = 'true'; leave it out or set that");
      }
      return;
    }
    if (!cluster_ && !workgroup_) {
      Add("'iam.cluster-identifier' or 'iam.workgroup' is missing; 'iam.auth' = 'true' needs one of them");
    }
    for (const auto& [is_set, key] :
         {std::pair{creates, "iam.auto-create"}, std::pair{groups, "iam.db-groups"}}) {
      if (is_set && !user)
        Add(std::string("'") + key + "' has no effect without 'iam.db-user'; give that too");
    }
    if (user && workgroup_) {
      Add("'iam.db-user' has no effect with 'iam.workgroup', where the user belongs to the AWS credentials; "
          "leave "
          "it out");
    }
    if (options_.Get(option::kSslMode) == option::SslMode::kDisable) {
      Add("'ssl.mode' = 'disable' is refused with 'iam.auth' = 'true': Redshift takes temporary passwords "
          "over TLS "
          "only");
    }
  }

  void Add(std::string error) { errors_->push_back(std::move(error)); }

  const Options& options_;
  std::vector<std::string>* errors_;
  const bool iam_ = options_.Get(option::kIamAuth);
  const bool secret_ = options_.IsSet(option::kSecretArn);
  const bool cluster_ = options_.IsSet(option::kIamClusterIdentifier);
  const bool workgroup_ = options_.IsSet(option::kIamWorkgroup);
};

}  // namespace

void CheckLoginOptions(const Options& options, std::vector<std::string>* errors) {
  LoginCheck(options, errors).Run();
}

}  // namespace redshift
