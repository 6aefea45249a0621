# What `cmake --install` puts where: headers, library, package files, and the program
# with its manual and completions.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS servicetags EXPORT servicetags-targets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/servicetags ${PROJECT_BINARY_DIR}/include/servicetags
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/servicetags)
install(EXPORT servicetags-targets NAMESPACE servicetags:: DESTINATION ${package_dir})
configure_package_config_file(cmake/servicetags-config.cmake.in
  ${PROJECT_BINARY_DIR}/servicetags-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/servicetags-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/servicetags-config.cmake
              ${PROJECT_BINARY_DIR}/servicetags-config-version.cmake
  DESTINATION ${package_dir})
file(RELATIVE_PATH servicetags_pc_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
# A static library leaves its libraries to the one who links it. Those come as shared ones, so
# `pkg-config --libs` names them and not, as --static would, everything behind them.
if(BUILD_SHARED_LIBS)
  set(servicetags_pc_requires Requires.private)
  set(servicetags_pc_threads "")
else()
  set(servicetags_pc_requires Requires)
  set(servicetags_pc_threads -pthread)
endif()
configure_file(cmake/servicetags.pc.in ${PROJECT_BINARY_DIR}/servicetags.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/servicetags.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET servicetags_cli AND NOT CMAKE_CROSSCOMPILING)
  # The program writes its own manual and completions.
  set(pages ${PROJECT_BINARY_DIR}/share)
  function(servicetags_page file)
    add_custom_command(OUTPUT ${pages}/${file}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
      COMMAND servicetags_cli ${ARGN} > ${pages}/${file}
      DEPENDS servicetags_cli VERBATIM)
  endfunction()
  servicetags_page(servicetags.1 manual)
  servicetags_page(servicetags.bash completion bash)
  servicetags_page(_servicetags completion zsh)
  servicetags_page(servicetags.fish completion fish)
  add_custom_target(servicetags_pages ALL
    DEPENDS ${pages}/servicetags.1 ${pages}/servicetags.bash ${pages}/_servicetags
            ${pages}/servicetags.fish)
  install(TARGETS servicetags_cli)
  install(FILES ${pages}/servicetags.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${pages}/servicetags.bash RENAME servicetags
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${pages}/_servicetags DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${pages}/servicetags.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
