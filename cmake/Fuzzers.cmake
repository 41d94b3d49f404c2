# Fuzz targets: a harness with LLVMFuzzerTestOneInput beside the code that it feeds, and a corpus in
# tests/corpus/NAME. With SANITIZER=fuzzer and clang (dev/fuzz) they are libFuzzer programs; otherwise tests
# that feed the corpus once.
if(SANITIZER STREQUAL "fuzzer")
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "Fuzz targets need clang: dev/fuzz sets the build up")
  endif()
  add_custom_target(fuzzers)
endif()

# The fuzz target NAME: the program NAME_fuzzer, or the test NAME_corpus_test.
function(project_fuzzer name)
  cmake_parse_arguments(arg "" "PCH_FROM" "SOURCES;DEPS" ${ARGN})
  if(SANITIZER STREQUAL "fuzzer")
    project_program(${name}_fuzzer PCH_FROM "${arg_PCH_FROM}" SOURCES ${arg_SOURCES} DEPS ${arg_DEPS})
    target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name}_fuzzer)
  else()
    project_test(${name}_corpus_test ONE_THREAD PCH_FROM "${arg_PCH_FROM}"
      SOURCES ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus_test.cc DEPS ${arg_DEPS})
    if(TARGET ${name}_corpus_test)
      target_compile_definitions(${name}_corpus_test PRIVATE FUZZ_TARGET="${name}")
    endif()
  endif()
endfunction()
