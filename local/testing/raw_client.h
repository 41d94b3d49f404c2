// For tests: sockets to a running redshift-local that speak the protocol by hand.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "local/testing/local_process.h"

namespace redshift_local {

/// A connected socket, which the caller closes.
int ConnectTcp(const LocalProcess& local = SharedLocal());

/// A packet without type byte. With parameters: what a session begins with.
std::string StartupPacket(int32_t code, const std::map<std::string, std::string>& parameters = {});

}  // namespace redshift_local
