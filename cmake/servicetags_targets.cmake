# How our own targets are compiled: warnings and sanitizers, never passed on to users.

add_library(servicetags_flags INTERFACE)
target_compile_options(servicetags_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wpedantic $<$<BOOL:${SERVICETAGS_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # At -O3, g++ 12 sees overlaps in `"text" + std::string()` that are not there (GCC bug 105651).
  target_compile_options(servicetags_flags INTERFACE -Wno-restrict)
endif()
if(SERVICETAGS_SANITIZE)
  target_compile_options(servicetags_flags INTERFACE
    -fsanitize=${SERVICETAGS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(servicetags_flags INTERFACE -fsanitize=${SERVICETAGS_SANITIZE})
  if(SERVICETAGS_BUILD_FUZZ)
    target_compile_options(servicetags_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  if(SERVICETAGS_SANITIZE MATCHES "thread")
    # ThreadSanitizer knows no memory fences; Asio's queues are safe by their mutexes without them.
    target_compile_definitions(servicetags_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

# What every target of ours has in common.
function(servicetags_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:servicetags_flags>)
endfunction()
