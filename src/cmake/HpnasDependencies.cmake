# Every third-party package, found here and nowhere else. Nothing is downloaded.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED)  # headers: Boost.Random's Sobol engine

# Serial HDF5: only rank 0 writes, and Debian's parallel build is not thread-safe.
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C HL)
add_library(hpnas_hdf5 INTERFACE)
target_include_directories(hpnas_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(hpnas_hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})

# The OpenMP flavour of OpenBLAS shares the program's thread pool; the pthread flavour would bring a second, spinning one.
find_package(OpenBLAS CONFIG QUIET PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-openmp/cmake NO_DEFAULT_PATH)
if(NOT OpenBLAS_FOUND)
    find_package(OpenBLAS CONFIG REQUIRED)
endif()
add_library(hpnas_blas INTERFACE)
target_include_directories(hpnas_blas SYSTEM INTERFACE ${OpenBLAS_INCLUDE_DIRS})
target_link_libraries(hpnas_blas INTERFACE ${OpenBLAS_LIBRARIES})

# Debian's dnnl package config asks for OpenCL development files, which a CPU program has no use for.
find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(hpnas_dnnl INTERFACE)
target_include_directories(hpnas_dnnl SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(hpnas_dnnl INTERFACE ${DNNL_LIBRARY})

# ONNX's package config asks for protobuf's targets; all that is needed are two libraries and the generated headers.
find_path(ONNX_INCLUDE_DIR onnx/onnx_pb.h REQUIRED)
find_library(ONNX_LIBRARY onnx REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf REQUIRED)
add_library(hpnas_onnx INTERFACE)
target_include_directories(hpnas_onnx SYSTEM INTERFACE ${ONNX_INCLUDE_DIR})
target_compile_definitions(hpnas_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(hpnas_onnx INTERFACE ${ONNX_LIBRARY} ${ONNX_PROTO_LIBRARY} ${PROTOBUF_LIBRARY})

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(hpnas_headers INTERFACE)
target_include_directories(hpnas_headers SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR} ${XXHASH_INCLUDE_DIR})

find_package(ICU REQUIRED COMPONENTS uc)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_path(KISSFFT_INCLUDE_DIR kissfft/kiss_fftr.h REQUIRED)
find_library(KISSFFT_LIBRARY kissfft-float REQUIRED)
find_path(SNDFILE_INCLUDE_DIR sndfile.h REQUIRED)
find_library(SNDFILE_LIBRARY sndfile REQUIRED)
add_library(hpnas_media INTERFACE)  # files of images and recordings, text, spectra
target_include_directories(hpnas_media SYSTEM INTERFACE ${SNDFILE_INCLUDE_DIR} ${KISSFFT_INCLUDE_DIR})
target_link_libraries(hpnas_media INTERFACE ICU::uc JPEG::JPEG PNG::PNG ${KISSFFT_LIBRARY} ${SNDFILE_LIBRARY})

if(HPNAS_MPI)
    find_package(MPI REQUIRED COMPONENTS CXX)
    find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization)
endif()
if(HPNAS_TESTS)
    find_package(GTest REQUIRED)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
if(HPNAS_BENCHMARKS)
    find_package(benchmark REQUIRED)
endif()
