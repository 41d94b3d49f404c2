// Keys that a program prints.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws/credential_source.h"

namespace redshift {

/// Takes a command line apart as the AWS CLI does: words between blanks, `"..."` and `'...'` for words with
/// blanks, `\` before a character that stands for itself (within `"` a quote or `\`, within `'` none). No
/// shell: nothing is expanded. Invalid with an open quote or without a word.
arrow::Result<std::vector<std::string>> SplitCommand(std::string_view command);

/// Runs `credential_process` of a profile and reads what it prints: JSON of Version 1 as AWS describes it.
/// Blocks for at most `timeout`, then the program is killed. Its standard error goes where ours goes.
/// `source` becomes the source of the keys and names the program in errors.
arrow::Result<AwsKeys> KeysFromProcess(const std::string& command, const std::string& source,
                                       std::chrono::milliseconds timeout);

}  // namespace redshift
