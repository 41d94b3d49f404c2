#include "local/api/unverified.h"

namespace redshift_local {

std::vector<std::string> DescribeApiChoices() {
  return {
      // DbUser of the answer of GetClusterCredentials.
      "api.several-groups=joined by a colon",
      // DbUser of GetClusterCredentialsWithIAM and of the serverless GetCredentials, and the user behind it.
      "api.user-of-caller=IAM:<user>,IAMR:<role>, made at its first log-in under that name",
      "api.throttled=Throttling,ThrottlingException",
      // A log-in with a password that was issued for another database, or to a user or a group that is not
      // there.
      "api.log-in-refused=28000",
      "api.parameter-refused=InvalidParameterValue,ValidationException",
  };
}

}  // namespace redshift_local
