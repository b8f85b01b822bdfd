package dev.sinter.control.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Outlives the drivers of a test, as a disk outlives processes. */
final class MemoryGroupStore implements GroupStore {

    private final Map<String, GroupStatus> groups = new TreeMap<>();
    private final List<GroupStatus> history = new ArrayList<>();

    @Override
    public synchronized List<GroupStatus> groups() {
        return List.copyOf(groups.values());
    }

    @Override
    public synchronized @Nullable GroupStatus group(String name) {
        return groups.get(name);
    }

    @Override
    public synchronized void put(GroupStatus group) {
        groups.put(group.name(), group);
        history.add(group);
    }

    @Override
    public synchronized List<GroupStatus> history(String name, int limit) {
        return history.stream().filter(group -> group.name().equals(name)).toList();
    }
}
