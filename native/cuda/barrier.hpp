// A barrier for the threads of the emulation; C++17 has none.
#pragma once

#include <condition_variable>
#include <mutex>

namespace oncometry::cuda {

class Barrier {
  public:
    explicit Barrier(int count) : count_(count), missing_(count) {}

    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        if (--missing_ == 0) {
            missing_ = count_;
            ++round_;
            all_there_.notify_all();
            return;
        }
        const unsigned round = round_;
        all_there_.wait(lock, [&] { return round_ != round; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable all_there_;
    int count_, missing_;
    unsigned round_ = 0;
};

}  // namespace oncometry::cuda
