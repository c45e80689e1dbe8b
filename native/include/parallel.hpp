// Independent jobs on a few threads. Who does which job is not fixed, so jobs must write to places of their own.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace oncometry {

// Calls job(0) ... job(count - 1); what the first failing job throws is thrown here.
template <class Job>
void run_jobs(int count, int threads, const Job& job) {
    std::atomic<int> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const auto work = [&] {
        for (int j = next++; j < count; j = next++) {
            try {
                job(j);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(failing);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    std::vector<std::thread> others;
    for (int t = 1; t < std::min(threads, count); ++t) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace oncometry
