#pragma once

#include <arrow/status.h>

#include <string>
#include <utility>
#include <vector>

namespace redshift {

/// Collects what is wrong, so that a user sees all of it at once.
class ProblemList {
 public:
  void Add(std::string problem) { problems_.push_back(std::move(problem)); }

  /// OK without problems; otherwise `head` and one line per problem.
  arrow::Status ToStatus(const std::string& head) const {
    if (problems_.empty()) return arrow::Status::OK();
    std::string message = head;
    for (const std::string& problem : problems_) message += "\n  " + problem;
    return arrow::Status::Invalid(message);
  }

 private:
  std::vector<std::string> problems_;
};

}  // namespace redshift
