#include "engine/aws/testing/checking_server.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace redshift::testing {

CheckingServer::CheckingServer(const std::string& tls) {
  std::string name = (std::filesystem::temp_directory_path() / "checking-server-XXXXXX").string();
  int to_child[2];
  int from_child[2];
  if (mkdtemp(name.data()) == nullptr || pipe(to_child) != 0 || pipe(from_child) != 0) {
    std::perror("checking server");
    _exit(1);
  }
  directory_ = name;
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(to_child[0], 0);
    dup2(from_child[1], 1);
    for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(fd);
    // Without --tls the other flag is read and not used.
    execl(PYTHON, PYTHON, CHECKING_SERVER, "--directory", directory_.c_str(),
          tls.empty() ? nullptr : ("--tls=" + tls).c_str(), nullptr);
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  stdin_ = to_child[1];
  std::string line;
  char c = 0;
  while (read(from_child[0], &c, 1) == 1 && c != '\n') line += c;
  close(from_child[0]);
  const size_t ca = line.find(" ca=");
  if (!line.starts_with("port=") || ca == std::string::npos) {
    std::fprintf(stderr, "%s did not start: '%s'. Run dev/setup.\n", CHECKING_SERVER, line.c_str());
    _exit(1);
  }
  port_ = static_cast<uint16_t>(std::stoi(line.substr(5)));
  ca_file_ = line.substr(ca + 4);
}

CheckingServer::~CheckingServer() {
  close(stdin_);
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace redshift::testing
