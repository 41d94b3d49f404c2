#include "local/copy/copy.h"

#include "local/copy/load.h"

namespace redshift_local {

CopyResult RunCopy(std::string_view statement, CopyHost& host) {
  return RunCopyFrom(OpenS3, statement, host);
}

}  // namespace redshift_local
