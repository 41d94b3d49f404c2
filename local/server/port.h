// TCP ports of this machine's loopback interface.
#pragma once

#include <string>

namespace redshift_local {

/// Listens on 127.0.0.1:`port` (0: any free one). Returns the socket; throws ProgramError with `flag`
/// (e.g. "--port") in the message when the port is taken.
int Listen(int port, const std::string& flag);
/// The port that a listening socket has.
int PortOf(int listening_socket);
/// `port`, or a free one when it is 0. Throws ProgramError when it is taken.
int ReservePort(int port, const std::string& flag);

}  // namespace redshift_local
