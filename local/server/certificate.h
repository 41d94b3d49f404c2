// The certificate that clients are shown, and the authority that signs it.
#pragma once

#include <filesystem>
#include <memory>

#include "local/wire/tls.h"

namespace redshift_local {

/// An authority of this installation's own, and a server certificate of it for localhost, 127.0.0.1 and ::1
/// that is made anew at each start.
struct ServerIdentity {
  /// PEM; what clients name as their root certificate. Readable by everybody.
  std::filesystem::path authority_file;
  Certificate certificate;
  PrivateKey key;
};

/// Makes an authority in `folder`, which is made when missing, or finds the one of an earlier start.
/// `keep_key`: the authority's key stays in the folder, readable by the owner only, for the next start;
/// otherwise it is forgotten. Throws ProgramError.
ServerIdentity MakeServerIdentity(const std::filesystem::path& folder, bool keep_key);

}  // namespace redshift_local
