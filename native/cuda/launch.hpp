// Windows on a device: a block of threads is a team, and takes one window after the other.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "maps.hpp"
#include "window.hpp"

namespace oncometry::cuda {

inline void check(cudaError_t status, const char* what) {
    if (status == cudaSuccess) return;
    cudaGetLastError();  // so that the next call does not fail for this one
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

// Memory of the device, freed with it.
template <class T>
class OnDevice {
  public:
    explicit OnDevice(std::size_t count) {
        check(cudaMalloc(&data_, std::max<std::size_t>(1, count) * sizeof(T)), "no memory on the device");
    }
    explicit OnDevice(const std::vector<T>& values) : OnDevice(values.size()) {
        copy_from(values.data(), values.size());
    }
    ~OnDevice() { cudaFree(data_); }
    OnDevice(const OnDevice&) = delete;
    OnDevice& operator=(const OnDevice&) = delete;

    T* data() const { return data_; }
    void copy_from(const T* values, std::size_t count) {
        check(cudaMemcpy(data_, values, count * sizeof(T), cudaMemcpyHostToDevice), "cannot copy to the device");
    }
    void copy_to(T* values, std::size_t count) const {
        check(cudaMemcpy(values, data_, count * sizeof(T), cudaMemcpyDeviceToHost), "cannot copy from the device");
    }

  private:
    T* data_ = nullptr;
};

class Tables {
  public:
    Tables(const MapRegion& region, const std::vector<Direction>& directions, const std::vector<double>& weights)
        : levels_(region.levels), directions_(directions), weights_(weights) {}
    const std::uint16_t* levels() const { return levels_.data(); }
    const Direction* directions() const { return directions_.data(); }
    const double* weights() const { return weights_.data(); }

  private:
    OnDevice<std::uint16_t> levels_;
    OnDevice<Direction> directions_;
    OnDevice<double> weights_;
};

// slab: memory of the teams on the device where what the block shares does not hold it; else null.
template <class Body>
__global__ void windows_kernel(Body body, WindowSource source, std::size_t memory, unsigned char* slab, double* out) {
    extern __shared__ double shared[];
    const Team team{int(threadIdx.x), int(blockDim.x)};
    void* own = slab == nullptr ? static_cast<void*>(shared) : slab + blockIdx.x * memory;
    for (std::int64_t v = blockIdx.x; v < source.voxel_count; v += gridDim.x) {
        body(team, source, source.voxels[v], own, out + v * body.features());
    }
}

// How a kernel is laid out on the present device.
struct Layout {
    int lanes, blocks;
    std::size_t memory;  // of a team
    bool in_slab;
};

constexpr std::int64_t kShare = 1 << 20;  // voxels computed at a time: their values take 218 MB at most
constexpr int kBlocksInSlab = 8;          // a multiprocessor

template <class Body>
Layout layout_for(const Body& body, const Radii& radii) {
    int device = 0, processors = 0, most_shared = 0;
    check(cudaGetDevice(&device), "there is no device");
    check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device), "cannot ask the device");
    check(cudaDeviceGetAttribute(&most_shared, cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
          "cannot ask the device");
    const int voxels = most_voxels(radii), lanes = voxels <= 125 ? 32 : voxels <= 343 ? 64 : 128;
    Layout layout{lanes, 0, (body.memory(radii, lanes) + 15) / 16 * 16, false};
    layout.in_slab = layout.memory > std::size_t(most_shared);
    if (!layout.in_slab) {
        check(cudaFuncSetAttribute(windows_kernel<Body>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   int(layout.memory)),
              "cannot share so much memory");
        check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&layout.blocks, windows_kernel<Body>, lanes, layout.memory),
              "cannot lay the kernel out");
    }
    layout.blocks = processors * (layout.in_slab ? kBlocksInSlab : std::max(1, layout.blocks));
    return layout;
}

template <class Body>
void for_shares(const Body& body, WindowSource source, const std::vector<std::int64_t>& voxels, double* out) {
    if (voxels.empty()) return;
    const Layout layout = layout_for(body, source.radii);
    const std::size_t share = std::min<std::size_t>(voxels.size(), kShare), features = std::size_t(body.features());
    OnDevice<std::int64_t> places(share);
    OnDevice<double> values(share * features);
    const OnDevice<unsigned char> slab(layout.in_slab ? layout.memory * std::size_t(layout.blocks) : 0);
    for (std::size_t begin = 0; begin < voxels.size(); begin += share) {
        const std::size_t count = std::min(share, voxels.size() - begin);
        places.copy_from(voxels.data() + begin, count);
        source.voxels = places.data();
        source.voxel_count = std::int64_t(count);
        const int blocks = int(std::min<std::size_t>(count, std::size_t(layout.blocks)));
        windows_kernel<<<blocks, layout.lanes, layout.in_slab ? 0 : layout.memory>>>(
            body, source, layout.memory, layout.in_slab ? slab.data() : nullptr, values.data());
        check(cudaGetLastError(), "the kernel cannot be started");
        values.copy_to(out + begin * features, count * features);
    }
}

}  // namespace oncometry::cuda
