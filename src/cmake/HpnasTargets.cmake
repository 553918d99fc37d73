# hpnas_folder(NAME DEPENDS folders... LINK third-party...): the static library of src/<NAME>.
# hpnas_test(NAME ...): the test program of tests/<NAME>; hpnas_mpi_test(NAME ranks...): the same under mpirun.

add_library(hpnas_flags INTERFACE)
target_compile_features(hpnas_flags INTERFACE cxx_std_20)
target_compile_options(hpnas_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow $<$<BOOL:${HPNAS_WERROR}>:-Werror> -ffp-contract=off -fno-math-errno)
# GCC 12 finds a false overlap in "literal" + std::string (GCC bug 105651).
target_compile_options(hpnas_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(HPNAS_SANITIZE)
    # Instrumented code confuses GCC's analysis of uninitialised values.
    target_compile_options(hpnas_flags INTERFACE -fsanitize=${HPNAS_SANITIZE} -fno-omit-frame-pointer -g -Wno-maybe-uninitialized)
    target_link_options(hpnas_flags INTERFACE -fsanitize=${HPNAS_SANITIZE})
endif()

function(hpnas_folder name)
    cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    list(TRANSFORM ARG_DEPENDS PREPEND hpnas_)
    if(NOT sources)  # headers only
        add_library(hpnas_${name} INTERFACE)
        target_include_directories(hpnas_${name} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
        target_link_libraries(hpnas_${name} INTERFACE ${ARG_DEPENDS})
        set_property(GLOBAL APPEND PROPERTY HPNAS_LIBRARIES hpnas_${name})
        return()
    endif()
    add_library(hpnas_${name} STATIC ${sources})
    set_property(GLOBAL APPEND PROPERTY HPNAS_LIBRARIES hpnas_${name})
    target_compile_features(hpnas_${name} PUBLIC cxx_std_20)
    set_target_properties(hpnas_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(hpnas_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(hpnas_${name} PUBLIC ${ARG_DEPENDS} PRIVATE hpnas_flags ${ARG_LINK})
endfunction()

function(hpnas_test name)
    cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/test_*.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(test_${name} ${sources})
    target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(test_${name} PRIVATE HPNAS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    list(TRANSFORM ARG_DEPENDS PREPEND hpnas_)
    target_link_libraries(test_${name} PRIVATE hpnas_${name} ${ARG_DEPENDS} hpnas_flags ${ARG_LINK} GTest::gtest_main)
    add_test(NAME ${name} COMMAND test_${name})
    # Idle OpenMP threads must not spin on the cores that other tests of the same ctest run need.
    set_tests_properties(${name} PROPERTIES LABELS unit ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()

# hpnas_mpi_test(NAME SOURCE f.cpp RANKS 1 2 4 DEPENDS folders...): a program without GoogleTest, run under mpirun.
function(hpnas_mpi_test name)
    cmake_parse_arguments(ARG "" "SOURCE" "RANKS;DEPENDS;LINK" ${ARGN})
    if(NOT HPNAS_MPI)
        return()
    endif()
    add_executable(mpi_${name} ${ARG_SOURCE})
    target_include_directories(mpi_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    list(TRANSFORM ARG_DEPENDS PREPEND hpnas_)
    target_link_libraries(mpi_${name} PRIVATE ${ARG_DEPENDS} hpnas_flags ${ARG_LINK})
    foreach(ranks IN LISTS ARG_RANKS)
        add_test(NAME mpi_${name}_${ranks} COMMAND ${MPIEXEC_EXECUTABLE} -q -n ${ranks} --oversubscribe --bind-to none
                 $<TARGET_FILE:mpi_${name}>)
        set_tests_properties(mpi_${name}_${ranks} PROPERTIES LABELS mpi PROCESSORS ${ranks} TIMEOUT 120
            ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMP_NUM_THREADS=1")
    endforeach()
endfunction()
