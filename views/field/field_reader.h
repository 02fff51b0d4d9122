// SPDX-License-Identifier: GPL-3.0-or-later
// Reads fields from files on a thread of its own; of several requests the newest wins.
#pragma once
#include "views/field/field_grid.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace orrery::gui {

struct FieldSource {
    QString label;
    std::filesystem::path file; // VTKHDF, or .npy of [nx, ny] or [step, nx, ny]
    QString dataset;            // empty: the first one
    QString run = {};           // that it is of; may be empty
    QString artifact = {};      // of the run; may be empty
    bool operator==(const FieldSource&) const = default;
};

// What was found in a file.
struct OpenedSource {
    QStringList datasets;
    QString dataset; // that is shown
    std::vector<double> times;
    QString problem; // a sentence if it can't be read
};

struct ReadField {
    Grid grid; // null: see the problem
    double time = 0;
    QString problem;
};

class FieldReader : public QObject {
    Q_OBJECT
public:
    // A step that is larger is refused with a sentence: it would not fit beside the rest of the work.
    static constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30;

    explicit FieldReader(QObject* parent = nullptr);
    ~FieldReader() override; // waits for the step that is being read

    // Forgets what was asked before. Answers: opened(), and the ranges as they become known.
    void open(std::vector<FieldSource> sources);
    // The fields at that time, of each source the step that is nearest. Answer: read(), unless a newer request came.
    void request(double time);

Q_SIGNALS:
    void opened(std::vector<orrery::gui::OpenedSource> sources);
    void read(double time, std::vector<orrery::gui::ReadField> fields);
    // Over all times that were looked at so far, one a source, and of the size of the first two's difference (empty
    // where there is none); complete: these are all.
    void ranges(std::vector<orrery::gui::FieldRange> ranges, orrery::gui::FieldRange difference, bool complete);

private:
    struct File;
    void work();
    void open_files(std::unique_lock<std::mutex>& lock);
    void answer(std::unique_lock<std::mutex>& lock);
    void look_further(std::unique_lock<std::mutex>& lock);
    void look_at(std::int64_t step);
    template <class F>
    void post(F&& signal);

    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::uint64_t generation_ = 0;
    std::optional<std::vector<FieldSource>> to_open_;
    std::optional<double> wanted_;

    // Of the thread alone.
    std::vector<std::unique_ptr<File>> files_;
    std::size_t looked_at_ = 0;
    std::vector<std::int64_t> to_look_at_; // steps
    FieldRange difference_;
    std::thread thread_;
};

} // namespace orrery::gui
