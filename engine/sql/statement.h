// A statement on its way to the warehouse, and how its secrets are kept out of messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redshift {

/// Text to send, with a label for messages. Messages and logs name the label, never the text.
struct Statement {
  /// What people read: "COPY into public.flights".
  std::string label;
  std::string text;
  /// Values inside `text` that must not come back in a message of the server or of libpq.
  std::vector<std::string> secrets;
};

/// `message` with every occurrence of one of `secrets` (8 bytes or more, as Redshift's passwords have)
/// replaced by ***, be it as it is, as a literal writes it, or, of 16 bytes and more, a piece of 8; and with
/// the argument of every credential keyword of COPY and UNLOAD (ACCESS_KEY_ID, SECRET_ACCESS_KEY,
/// SESSION_TOKEN, CREDENTIALS, MASTER_SYMMETRIC_KEY, aws_..=) replaced as well, whether it is in the list or
/// not.
std::string MaskSecrets(std::string_view message, const std::vector<std::string>& secrets);

}  // namespace redshift
