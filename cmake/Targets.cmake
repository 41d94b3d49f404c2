# How this project declares its libraries and tests; warnings and sanitizers live here and nowhere else.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # One copy of the engine per class loader of a JVM must not share statics with the next.
  target_compile_options(project_options INTERFACE -fno-gnu-unique)
else()
  # clang makes the fuzz targets only. It says more than g++ does; g++ has the say.
  target_compile_options(project_options INTERFACE -Wno-everything)
endif()
if(SANITIZER STREQUAL "address")
  set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(SANITIZER STREQUAL "thread")
  set(sanitizer_flags -fsanitize=thread -fno-omit-frame-pointer)
elseif(SANITIZER STREQUAL "fuzzer")
  set(sanitizer_flags -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all
    -fno-omit-frame-pointer -fno-sanitize=vptr)
endif()
if(SANITIZER STREQUAL "address")
  # libarrow was built without sanitizers: virtual-table checks on its classes cannot work. GCC takes the checks
  # inside of std::regex for uses of what is not set.
  list(APPEND sanitizer_flags -fno-sanitize=vptr -Wno-maybe-uninitialized)
endif()
target_compile_options(project_options INTERFACE ${sanitizer_flags})
target_link_options(project_options INTERFACE ${sanitizer_flags})

# A static library of one folder. PCH names the header to precompile; targets that give the same one
# share it by giving the first target's name as PCH_FROM.
function(project_library name)
  cmake_parse_arguments(arg "" "PCH;PCH_FROM" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC project_options ${arg_DEPS})
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  elseif(arg_PCH_FROM)
    target_precompile_headers(${name} REUSE_FROM ${arg_PCH_FROM})
  endif()
endfunction()

# An executable of one folder.
function(project_program name)
  cmake_parse_arguments(arg "" "PCH_FROM" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE project_options ${arg_DEPS})
  if(arg_PCH_FROM)
    target_precompile_headers(${name} REUSE_FROM ${arg_PCH_FROM})
    # A precompiled header that was made with -fPIC cannot be used with -fPIE.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE -fPIC)
  endif()
endfunction()

# One test executable of one folder, run by ctest as a whole. ONE_THREAD: no threads meet in it, so that the
# thread sanitizer has nothing to find.
function(project_test name)
  cmake_parse_arguments(arg "ONE_THREAD" "PCH_FROM" "SOURCES;DEPS;ENVIRONMENT" ${ARGN})
  if(arg_ONE_THREAD AND SANITIZER STREQUAL "thread")
    return()
  endif()
  project_program(${name} PCH_FROM "${arg_PCH_FROM}" SOURCES ${arg_SOURCES}
    DEPS ${arg_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(SANITIZER STREQUAL "address")
    # An allocator that the sanitizers see.
    list(APPEND arg_ENVIRONMENT ARROW_DEFAULT_MEMORY_POOL=system)
  elseif(SANITIZER STREQUAL "thread")
    # With its own allocator, memory would pass from thread to thread unseen.
    string(JOIN ":" tsan_options suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan.supp report_mutex_bugs=0
      detect_deadlocks=0 halt_on_error=1)
    list(APPEND arg_ENVIRONMENT TSAN_OPTIONS=${tsan_options} ARROW_DEFAULT_MEMORY_POOL=system)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
