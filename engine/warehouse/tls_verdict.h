// Which check of a server's certificate failed.
#pragma once

#include <string>

namespace redshift {

/// libpq says no more than "certificate verify failed", and frees the TLS session that knows the reason. From
/// its construction on this object notes the verdicts of TLS sessions that end on this thread.
class TlsVerdict {
 public:
  TlsVerdict();

  /// What is wrong with the certificate and what to do, as a sentence without its full stop; empty where no
  /// certificate was refused. `roots`: the file with the trusted authorities.
  std::string WhatIsWrong(const std::string& roots) const;
};

}  // namespace redshift
