# `cmake --install`: the program, its configurations, and the libraries as targets hpnas::<folder> for find_package(hpnas).
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY HPNAS_LIBRARIES)
foreach(library IN LISTS libraries)
    string(REGEX REPLACE "^hpnas_" "" name ${library})
    set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS hpnas ${libraries} hpnas_flags hpnas_headers hpnas_hdf5 hpnas_blas hpnas_dnnl hpnas_onnx hpnas_media
        EXPORT hpnas
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/hpnas DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} PATTERN app EXCLUDE)
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/hpnas)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hpnas)
install(EXPORT hpnas NAMESPACE hpnas:: DESTINATION ${package_dir} FILE hpnasTargets.cmake)
configure_package_config_file(src/cmake/hpnasConfig.cmake.in ${PROJECT_BINARY_DIR}/hpnasConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hpnasConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hpnasConfig.cmake ${PROJECT_BINARY_DIR}/hpnasConfigVersion.cmake DESTINATION ${package_dir})
