package dev.sinter.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.control.store.H2GroupStore;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in the store which functions change what all members of a process share, by the image that did: they get a
 * process of their own. A new image is another try. Thread-safe.
 */
final class SharedStateMemory {

    private static final Logger log = LoggerFactory.getLogger(SharedStateMemory.class);
    private static final String SETTING = "sharedState";

    private final H2GroupStore store;
    private final World world;
    private final ObjectMapper json = new ObjectMapper();

    /** Tells the world what is known of its functions' present images. */
    SharedStateMemory(H2GroupStore store, World world) {
        this.store = store;
        this.world = world;
        read().forEach((name, digest) -> {
            Function function = world.functions().get(name);
            if (function != null && function.image().digest().equals(digest)) {
                world.keepProcessApart(name);
            }
        });
    }

    /** From now on these functions are in no process with others. */
    synchronized void add(Iterable<String> names) {
        Map<String, String> digests = new HashMap<>(read());
        for (String name : names) {
            digests.put(name, world.function(name).image().digest());
            world.keepProcessApart(name);
        }
        try {
            store.putSetting(SETTING, json.writeValueAsString(digests));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings are always writable", e);
        }
    }

    private Map<String, String> read() {
        String stored = store.setting(SETTING);
        try {
            return stored == null ? Map.of() : json.readValue(stored, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            log.warn(
                    "SNT0831 what was remembered of functions' shared state cannot be read; it is found again: {}",
                    e.toString());
            return Map.of();
        }
    }
}
