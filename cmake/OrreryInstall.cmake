# SPDX-License-Identifier: BSD-3-Clause
# cmake --install BUILD --prefix DIR: binary, libraries, plugins, headers and the CMake package. --component core: all that
# needs no torch; gui: the window; gpu, and one for each plugin (pinn), are there if they were built. torch itself stays in its environment,
# where the libraries find it by their RPATH.
include(CMakePackageConfigHelpers)

set_target_properties(orrery PROPERTIES INSTALL_RPATH "\$ORIGIN/../lib")
set_target_properties(orrery_core PROPERTIES INSTALL_RPATH "\$ORIGIN" EXPORT_NAME core)
install(TARGETS orrery orrery_core EXPORT OrreryExports
    RUNTIME DESTINATION bin COMPONENT core LIBRARY DESTINATION lib COMPONENT core)
foreach(file code_commit code_diff code_diff_sha256) # where the provenance of runs takes them from
    install(FILES ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/orrery/${file} DESTINATION lib/orrery COMPONENT core)
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/core DESTINATION include/orrery COMPONENT core FILES_MATCHING PATTERN *.h)
install(FILES ${CMAKE_BINARY_DIR}/generated/core/build_key.h DESTINATION include/orrery/core COMPONENT core)

if(TARGET orrery-gui) # the window, which also draws figures; its fonts are beside views/figure
    set_target_properties(orrery-gui PROPERTIES INSTALL_RPATH "\$ORIGIN/../lib")
    install(TARGETS orrery-gui RUNTIME DESTINATION bin COMPONENT gui)
endif()

set_target_properties(orrery_gpu PROPERTIES INSTALL_RPATH "\$ORIGIN;${ORRERY_TORCH}/lib")
install(TARGETS orrery_gpu LIBRARY DESTINATION lib COMPONENT gpu OPTIONAL)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/gpu DESTINATION include/orrery COMPONENT gpu FILES_MATCHING PATTERN *.h)

# The package: find_package(Orrery) with CMAKE_PREFIX_PATH=DIR, or =BUILD for this very build folder without installing it.
set(package lib/cmake/Orrery)
configure_package_config_file(cmake/OrreryConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/OrreryConfig.cmake
    INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/OrreryConfigVersion.cmake COMPATIBILITY ExactVersion)
configure_file(cmake/OrreryPlugin.cmake ${CMAKE_BINARY_DIR}/cmake/OrreryPlugin.cmake COPYONLY)
configure_file(cmake/Torch.cmake ${CMAKE_BINARY_DIR}/cmake/Torch.cmake COPYONLY)
foreach(file OrreryConfig OrreryConfigVersion OrreryPlugin Torch)
    install(FILES ${CMAKE_BINARY_DIR}/cmake/${file}.cmake DESTINATION ${package} COMPONENT core)
endforeach()
install(EXPORT OrreryExports NAMESPACE Orrery:: DESTINATION ${package} COMPONENT core)
export(EXPORT OrreryExports NAMESPACE Orrery:: FILE ${CMAKE_BINARY_DIR}/cmake/OrreryExports.cmake)
