// The device's sources, compiled for the host: the extension oncometry._cuda_emulated, which no wheel holds.
#include "emulation.hpp"

#include "glcm_map.cu"
#include "neighborhood_map.cu"
#include "restore.cu"
#include "run_map.cu"
#include "zone_map.cu"

namespace oncometry::cuda {

int& emulated_lanes() {
    static int lanes = 1;
    return lanes;
}

std::vector<std::string> devices() { return {"emulation"}; }

}  // namespace oncometry::cuda
