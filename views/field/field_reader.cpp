// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_reader.h"

#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::gui {

// One opened file; a single step of it is read at a time.
struct FieldReader::File {
    OpenedSource about;
    std::optional<FieldFile> fields;
    Array block; // of .npy, [step, nx, ny] or [nx, ny]
    FieldRange range;
    std::filesystem::path path;
    std::uintmax_t size = 0; // of the file when it was opened

    explicit File(const FieldSource& source) {
        try {
            open(source);
        } catch (const Error& error) {
            about.problem = sentence(error);
        } catch (const std::exception& error) {
            about.problem = tr("%1 can't be read: %2.")
                                .arg(QString::fromStdString(source.file.string()), QString::fromUtf8(error.what()));
        }
    }

    static QString sentence(const Error& error) {
        const QString what = QString::fromStdString(error.what());
        return error.hint().empty() ? what : what + QLatin1Char(' ') + QString::fromStdString(error.hint());
    }

    static void expect_size(double bytes, const std::filesystem::path& file) {
        if (bytes <= static_cast<double>(most_bytes)) return;
        throw Error(fmt::format("One step of '{}' takes {:.1f} GB, and this view shows up to {:.1f} GB.",
                                file.filename().string(), bytes / 1e9, static_cast<double>(most_bytes) / 1e9),
                    "Export a coarser field, or cut a part out of it.");
    }

    void open(const FieldSource& source) {
        if (!std::filesystem::exists(source.file))
            throw Error(fmt::format("There is no file '{}'.", source.file.string()));
        if (std::filesystem::is_directory(source.file))
            throw Error(fmt::format("'{}' is a folder, and a field is a file.", source.file.string()));
        if (source.file.extension() == ".npy") {
            expect_size(static_cast<double>(std::filesystem::file_size(source.file)), source.file);
            block = read_npy(source.file);
            const auto rank = block.shape().size();
            if (rank != 2 && rank != 3)
                throw Error(fmt::format("'{}' has the shape [{}]; a field has [nx, ny] or [step, nx, ny].",
                                        source.file.filename().string(), fmt::join(block.shape(), ", ")));
            block.name = source.file.stem().string();
            about.dataset = QString::fromStdString(block.name);
            about.datasets = {about.dataset};
            const auto steps = rank == 3 ? block.shape()[0] : 1;
            if (steps == 0) throw Error(fmt::format("'{}' holds no step.", source.file.filename().string()));
            for (std::int64_t step = 0; step < steps; ++step) about.times.push_back(static_cast<double>(step));
            return;
        }
        path = source.file;
        size = std::filesystem::file_size(path);
        fields.emplace(FieldFile::open(path));
        const FieldLayout& layout = fields->layout();
        for (const auto& name : layout.names) about.datasets.append(QString::fromStdString(name));
        about.dataset = source.dataset.isEmpty() ? about.datasets.value(0) : source.dataset;
        if (!about.datasets.contains(about.dataset))
            throw Error(fmt::format("'{}' holds no field '{}', but {}.", source.file.filename().string(),
                                    about.dataset.toStdString(),
                                    about.datasets.join(QStringLiteral(", ")).toStdString()));
        expect_size(static_cast<double>(layout.nx) * static_cast<double>(layout.ny) * 8, source.file);
        about.times = layout.times;
    }

    // libhdf5 reads zeros behind the end of a file that was cut while it is open.
    void expect_whole() const {
        std::error_code gone; // a file that was removed can be read until it is closed
        const auto now = std::filesystem::file_size(path, gone);
        if (!gone && now < size)
            throw Error(fmt::format("'{}' has been cut from {} to {} bytes while it was shown.",
                                    path.filename().string(), size, now));
    }

    std::int64_t step_at(double time) const {
        const auto& times = about.times;
        auto found = std::lower_bound(times.begin(), times.end(), time);
        if (found == times.end() || (found != times.begin() && time - *std::prev(found) < *found - time)) --found;
        return found - times.begin();
    }

    ReadField read(std::int64_t step) {
        ReadField result;
        result.problem = about.problem;
        if (!about.problem.isEmpty()) return result;
        try {
            result.time = about.times[static_cast<std::size_t>(step)];
            if (fields) {
                expect_whole();
                result.grid = grid_of(fields->read(step, about.dataset.toStdString()));
            } else {
                const auto& shape = block.shape();
                const std::vector<std::int64_t> plane(shape.end() - 2, shape.end());
                const std::size_t bytes =
                    static_cast<std::size_t>(plane[0]) * static_cast<std::size_t>(plane[1]) * size_of(block.type());
                // The block outlives the grid that is made of it.
                Array part(plane, block.type(), nullptr,
                           static_cast<std::byte*>(block.data()) + static_cast<std::size_t>(step) * bytes);
                part.name = block.name;
                result.grid = grid_of(part);
            }
            range.add(result.grid->range);
        } catch (const Error& error) {
            result.problem = sentence(error);
        } catch (const std::exception& error) {
            result.problem = QString::fromUtf8(error.what());
        }
        return result;
    }
};

FieldReader::FieldReader(QObject* parent) : QObject(parent) {
    thread_ = std::thread([this] { work(); });
}

FieldReader::~FieldReader() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void FieldReader::open(std::vector<FieldSource> sources) {
    {
        const std::lock_guard lock(mutex_);
        to_open_ = std::move(sources);
        wanted_.reset();
        ++generation_;
    }
    wake_.notify_all();
}

void FieldReader::request(double time) {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = time;
    }
    wake_.notify_all();
}

// Emits on the thread of this object, unless other sources have been opened by then.
template <class F>
void FieldReader::post(F&& signal) {
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = generation_;
        if (to_open_) return;
    }
    QMetaObject::invokeMethod(
        this,
        [this, generation, emit_it = std::forward<F>(signal)] {
            if (generation == generation_) emit_it(); // written by this thread only
        },
        Qt::QueuedConnection);
}

void FieldReader::work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        if (to_open_)
            open_files(lock);
        else if (wanted_)
            answer(lock);
        else if (looked_at_ < to_look_at_.size())
            look_further(lock);
        else
            wake_.wait(lock, [this] { return ending_ || to_open_ || wanted_; });
    }
}

void FieldReader::open_files(std::unique_lock<std::mutex>& lock) {
    const std::vector<FieldSource> sources = *std::exchange(to_open_, std::nullopt);
    lock.unlock();
    files_.clear();
    std::vector<OpenedSource> about;
    to_look_at_.clear();
    looked_at_ = 0;
    difference_ = {};
    for (const FieldSource& source : sources) {
        files_.push_back(std::make_unique<File>(source));
        about.push_back(files_.back()->about);
    }
    // Steps far apart first: the range is nearly right after a few of them.
    std::size_t most = 0;
    for (const auto& file : files_) most = std::max(most, file->about.times.size());
    std::size_t stride = 1;
    while (stride < most) stride *= 2;
    for (std::size_t first = stride; first >= 1; first /= 2)
        for (std::size_t step = first == stride ? 0 : first; step < most; step += 2 * first)
            to_look_at_.push_back(static_cast<std::int64_t>(step));
    post([this, about] { Q_EMIT opened(about); });
    lock.lock();
}

void FieldReader::answer(std::unique_lock<std::mutex>& lock) {
    const double time = *std::exchange(wanted_, std::nullopt);
    lock.unlock();
    std::vector<ReadField> fields;
    for (const auto& file : files_) fields.push_back(file->read(file->step_at(time)));
    post([this, time, fields] { Q_EMIT read(time, fields); });
    lock.lock();
}

void FieldReader::look_further(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    while (looked_at_ < to_look_at_.size() &&
           std::chrono::steady_clock::now() - start < std::chrono::milliseconds(200)) {
        look_at(to_look_at_[looked_at_++]);
        const std::lock_guard guard(mutex_);
        if (ending_ || to_open_ || wanted_) break;
    }
    std::vector<FieldRange> found;
    for (const auto& file : files_) found.push_back(file->range);
    const bool complete = looked_at_ == to_look_at_.size();
    post([this, found, complete, size = difference_] { Q_EMIT ranges(found, size, complete); });
    lock.lock();
}

void FieldReader::look_at(std::int64_t step) {
    std::vector<ReadField> fields;
    for (const auto& file : files_) {
        const bool has_it = file->about.problem.isEmpty() && step < std::ssize(file->about.times);
        fields.push_back(has_it ? file->read(step) : ReadField());
    }
    if (fields.size() < 2 || !fields[0].grid || !fields[1].grid || fields[0].time != fields[1].time) return;
    if (can_subtract(*fields[0].grid, *fields[1].grid))
        difference_.add(difference(*fields[0].grid, *fields[1].grid, true)->range);
}

} // namespace orrery::gui
