package dev.sinter.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.planner.hysteresis.Attempts;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers in the store which groups failed, with which images, and how often. */
final class FailureMemory {

    private static final Logger log = LoggerFactory.getLogger(FailureMemory.class);

    private static final String SETTING = "attempts";
    private static final String UNFUSED_BY_A_PERSON = "SNT0812";

    private final H2GroupStore store;
    private final UnaryOperator<String> digestOf;
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** @param digestOf the digest of a function's present image */
    FailureMemory(H2GroupStore store, UnaryOperator<String> digestOf) {
        this.store = store;
        this.digestOf = digestOf;
    }

    /** Present image digest of every one of {@code members}. */
    Map<String, String> digests(Iterable<String> members) {
        Map<String, String> digests = new HashMap<>();
        members.forEach(member -> digests.put(member, digestOf.apply(member)));
        return digests;
    }

    /** What is remembered, with what the stored groups add to it: every failure is counted once. */
    Attempts attempts() {
        Attempts known = read();
        Attempts now = known;
        for (GroupStatus group : store.groups()) {
            boolean asked =
                    group.state() == GroupState.UNFUSED && group.reasonCode().equals(UNFUSED_BY_A_PERSON);
            boolean failed =
                    group.state() == GroupState.FAILED && !group.reasonCode().equals(SharedState.CODE);
            if (failed || asked) {
                boolean built = group.memberDigests().keySet().containsAll(group.members());
                Map<String, String> digests = built ? group.memberDigests() : digests(group.members());
                now = now.failed(digests, group.reasonCode(), group.since(), asked);
            }
        }
        if (!now.equals(known)) {
            write(now);
        }
        return now;
    }

    private Attempts read() {
        String stored = store.setting(SETTING);
        try {
            return stored == null ? Attempts.NONE : json.readValue(stored, Attempts.class);
        } catch (JsonProcessingException e) {
            log.warn("SNT0831 what was remembered of failed groups cannot be read; it is forgotten: {}", e.toString());
            return Attempts.NONE;
        }
    }

    private void write(Attempts attempts) {
        try {
            store.putSetting(SETTING, json.writeValueAsString(attempts));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records are always writable", e);
        }
    }
}
