# Imported targets for the libraries that the jar carries: native::arrow, native::arrow_s3, native::parquet,
# native::pq, native::curl, native::crypto, native::ssl.
# dev/native_libraries.py puts them into .deps/native.
set(NATIVE_DIR ${CMAKE_SOURCE_DIR}/.deps/native CACHE PATH "What dev/native_libraries.py made")
if(NOT EXISTS ${NATIVE_DIR}/lib/libcurl.so)
  message(FATAL_ERROR "${NATIVE_DIR}/lib is missing or not complete. Run dev/setup first.")
endif()

foreach(library arrow arrow_s3 parquet)
  add_library(native::${library} SHARED IMPORTED)
  set_target_properties(native::${library} PROPERTIES
    IMPORTED_LOCATION ${NATIVE_DIR}/lib/libflinkredshift_${library}.so
    IMPORTED_SONAME libflinkredshift_${library}.so
    INTERFACE_INCLUDE_DIRECTORIES ${NATIVE_DIR}/include)
endforeach()
target_link_libraries(native::arrow_s3 INTERFACE native::arrow)
target_link_libraries(native::parquet INTERFACE native::arrow)

# Headers of the next two are Debian's, which are older than the libraries; both only ever grow.
foreach(library pq curl)
  file(REAL_PATH ${NATIVE_DIR}/lib/lib${library}.so file)
  get_filename_component(name ${file} NAME)
  add_library(native::${library} SHARED IMPORTED)
  set_target_properties(native::${library} PROPERTIES IMPORTED_LOCATION ${file} IMPORTED_SONAME ${name})
endforeach()
target_include_directories(native::pq INTERFACE /usr/include/postgresql)

# The OpenSSL that libpq brings; its headers are Debian's, whose OpenSSL 3 has the same ABI. Nothing of ours
# links Debian's own: two of them in one process share the names of their functions.
foreach(library crypto ssl)
  file(GLOB file ${NATIVE_DIR}/lib/lib${library}-*.so.3)
  get_filename_component(name ${file} NAME)
  add_library(native::${library} SHARED IMPORTED)
  set_target_properties(native::${library} PROPERTIES IMPORTED_LOCATION ${file} IMPORTED_SONAME ${name})
endforeach()
target_link_libraries(native::ssl INTERFACE native::crypto)
# libparquet exports the functions of an OpenSSL of its own, and not all of them: where it comes first, half of
# what libssl calls is there and half in libcrypto, and the first certificate crashes. So libcrypto is first in
# every program and library, needed or not.
get_target_property(crypto_file native::crypto IMPORTED_LOCATION)
add_link_options(LINKER:--push-state,--no-as-needed ${crypto_file} LINKER:--pop-state)

set(CMAKE_BUILD_RPATH ${NATIVE_DIR}/lib)
# What libpq and libcurl need lies beside them.
add_link_options(-Wl,-rpath-link,${NATIVE_DIR}/lib)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(GTest REQUIRED)
