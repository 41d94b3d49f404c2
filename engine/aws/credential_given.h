// Keys that somebody wrote down for this process.
#pragma once

#include "engine/aws/credential_source.h"
#include "engine/option/options.h"

namespace redshift {

/// `aws.credentials.basic.*`.
CredentialSource BasicKeys(const Options& options);
/// `s3.access-key` and `s3.secret-key` of Flink's configuration.
CredentialSource FlinkKeys(const HostEnvironment& environment);
/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
CredentialSource EnvironmentKeys(const HostEnvironment& environment);
/// `aws.accessKeyId`, `aws.secretAccessKey` (or `aws.secretKey`), `aws.sessionToken` of Java.
CredentialSource SystemPropertyKeys(const HostEnvironment& environment);

}  // namespace redshift
