package dev.sinter.control.lifecycle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Durable memory of one application's fusion groups. Safe for use by several threads. */
public interface GroupStore {

    /** All groups, by name. */
    List<GroupStatus> groups();

    /** One group, or null if there is none of that name. */
    @Nullable
    GroupStatus group(String name);

    /** Stores the group, on disk when this returns, and appends it to the history. */
    void put(GroupStatus group);

    /** What happened to a group, oldest first, at most {@code limit} of the newest. */
    List<GroupStatus> history(String name, int limit);
}
