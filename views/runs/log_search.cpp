// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/log_search.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

namespace fs = std::filesystem;

namespace orrery::gui {

namespace {

struct Log {
    std::uintmax_t size = 0;
    fs::file_time_type changed;
    std::vector<std::string> words; // that it holds
};

// Letters beyond ASCII are compared as they are. A log may be of any size: it is read piece by piece.
std::vector<std::string> words_in(const fs::path& file, const std::set<std::string>& words) {
    constexpr std::size_t piece = 1 << 20;
    std::size_t longest = 1;
    for (const auto& word : words) longest = std::max(longest, word.size());
    std::set<std::string> left = words;
    std::vector<std::string> found;
    std::ifstream in(file, std::ios::binary);
    std::string text;
    while (in && !left.empty()) {
        const auto kept = std::min(text.size(), longest - 1); // a word may lie across two pieces
        text.erase(0, text.size() - kept);
        text.resize(kept + piece);
        in.read(text.data() + kept, piece);
        text.resize(kept + static_cast<std::size_t>(in.gcount()));
        std::transform(text.begin() + static_cast<std::ptrdiff_t>(kept), text.end(),
                       text.begin() + static_cast<std::ptrdiff_t>(kept),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        std::erase_if(left, [&](const std::string& word) {
            if (text.find(word) == std::string::npos) return false;
            found.push_back(word);
            return true;
        });
    }
    return found;
}

} // namespace

struct LogSearch::Known {
    std::set<std::string> words;
    std::map<std::string, Log> logs; // by run
};

LogSearch::LogSearch(QObject* parent) : QObject(parent), known_(std::make_shared<Known>()) {
    pool_.setMaxThreadCount(1);
    pool_.setThreadPriority(QThread::LowPriority);
}

LogSearch::~LogSearch() {
    if (cancelled_) *cancelled_ = true;
    pool_.waitForDone();
}

void LogSearch::set_folder(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    known_ = std::make_shared<Known>();
    found_.clear();
    look_again();
}

void LogSearch::look_for(const std::set<std::string>& words) {
    if (words == words_) return;
    words_ = words;
    std::erase_if(found_, [&](const auto& entry) { return !words_.contains(entry.first); });
    look_again();
}

void LogSearch::look_again() {
    if (busy_) {
        again_ = true;
        if (cancelled_ && known_->words != words_) *cancelled_ = true;
        return;
    }
    begin();
}

void LogSearch::begin() {
    again_ = false;
    if (words_.empty() || folder_.isEmpty()) return;
    busy_ = true;
    cancelled_ = std::make_shared<std::atomic<bool>>(false);
    pool_.start(
        [this, folder = fs::path(folder_.toStdString()), words = words_, known = known_, cancelled = cancelled_] {
            auto now = std::make_shared<Known>();
            now->words = words;
            LogMatches found;
            for (const auto& word : words) found[word];
            std::error_code error;
            for (fs::directory_iterator entry(folder, error), end; !error && entry != end && !*cancelled;
                 entry.increment(error)) {
                if (entry->path().extension() != ".log") continue;
                std::error_code unreadable;
                Log log{entry->file_size(unreadable), entry->last_write_time(unreadable), {}};
                if (unreadable) continue; // removed in this moment
                const auto run = entry->path().stem().string();
                const auto before = known->logs.find(run);
                if (known->words == words && before != known->logs.end() && before->second.size == log.size &&
                    before->second.changed == log.changed)
                    log.words = before->second.words;
                else
                    log.words = words_in(entry->path(), words);
                for (const auto& word : log.words) found[word].insert(run);
                now->logs.emplace(run, std::move(log));
            }
            const bool complete = !*cancelled;
            QMetaObject::invokeMethod(this, [this, folder, now, found, complete] {
                busy_ = false;
                const bool is_wanted = complete && now->words == words_ && folder == fs::path(folder_.toStdString());
                const bool is_new = is_wanted && found != found_;
                if (is_wanted) known_ = now;
                if (is_new) found_ = found;
                if (again_ || !is_wanted) begin();
                if (is_new || !busy_) Q_EMIT found_changed();
            });
        });
}

} // namespace orrery::gui
