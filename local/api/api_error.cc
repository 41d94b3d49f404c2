#include "local/api/api_error.h"

namespace redshift_local {

ApiErrorCode CodeOf(ApiErrorKind kind, ApiProtocol protocol) {
  const bool query = protocol == ApiProtocol::kQuery;
  switch (kind) {
    case ApiErrorKind::kMissingSignature:
      return query ? ApiErrorCode{403, "MissingAuthenticationToken"}
                   : ApiErrorCode{400, "MissingAuthenticationTokenException"};
    case ApiErrorKind::kMalformedSignature:
      return query ? ApiErrorCode{400, "IncompleteSignature"}
                   : ApiErrorCode{400, "IncompleteSignatureException"};
    case ApiErrorKind::kWrongSignature:
      return query ? ApiErrorCode{403, "SignatureDoesNotMatch"}
                   : ApiErrorCode{400, "InvalidSignatureException"};
    case ApiErrorKind::kUnknownKey:
      return query ? ApiErrorCode{403, "InvalidClientTokenId"}
                   : ApiErrorCode{400, "UnrecognizedClientException"};
    case ApiErrorKind::kExpiredKey:
      return query ? ApiErrorCode{403, "ExpiredToken"} : ApiErrorCode{400, "ExpiredTokenException"};
    case ApiErrorKind::kUnknownOperation:
      return query ? ApiErrorCode{400, "InvalidAction"} : ApiErrorCode{400, "UnknownOperationException"};
    case ApiErrorKind::kMissingParameter:
      return query ? ApiErrorCode{400, "MissingParameter"} : ApiErrorCode{400, "ValidationException"};
    case ApiErrorKind::kInvalidParameter:
      return query ? ApiErrorCode{400, "InvalidParameterValue"} : ApiErrorCode{400, "ValidationException"};
    case ApiErrorKind::kNotFound:
      return query ? ApiErrorCode{404, "ClusterNotFound"} : ApiErrorCode{400, "ResourceNotFoundException"};
    case ApiErrorKind::kThrottled:
      return query ? ApiErrorCode{400, "Throttling"} : ApiErrorCode{400, "ThrottlingException"};
    case ApiErrorKind::kInternal:
      break;
  }
  return query ? ApiErrorCode{500, "InternalFailure"} : ApiErrorCode{500, "InternalServerException"};
}

}  // namespace redshift_local
