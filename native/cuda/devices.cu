#include "maps.hpp"

namespace oncometry::cuda {

std::vector<std::string> devices() {
    int count = 0;
    std::vector<std::string> names;
    if (cudaGetDeviceCount(&count) != cudaSuccess) {  // no driver, one that is too old, or no device
        cudaGetLastError();
        return names;
    }
    for (int device = 0; device < count; ++device) {
        cudaDeviceProp properties;
        if (cudaGetDeviceProperties(&properties, device) == cudaSuccess) names.push_back(properties.name);
    }
    return names;
}

}  // namespace oncometry::cuda
