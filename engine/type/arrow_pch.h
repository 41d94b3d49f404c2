// The Arrow headers that most files of the engine need; precompiled once (cmake/Targets.cmake).
#pragma once

#include <arrow/api.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
