package dev.sinter.control.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.GroupStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Groups and settings of one application in an H2 file; a statement that returned survives {@code kill -9}. Only one
 * process can have it open.
 */
public final class H2GroupStore implements GroupStore, AutoCloseable {

    /** Rows of history kept in all; older ones are deleted. */
    private static final int HISTORY_ROWS = 10_000;

    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private H2GroupStore(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens the store in a directory, making it if there is none.
     *
     * @throws StoreException {@code SNT0901} if it cannot be opened, for instance because another process has it
     */
    public static H2GroupStore open(Path directory) {
        String url = "jdbc:h2:file:" + directory.toAbsolutePath().resolve("groups")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        try {
            Connection connection = DriverManager.getConnection(url);
            try (var statement = connection.createStatement()) {
                statement.execute("create table if not exists groups(name varchar primary key, body clob not null)");
                statement.execute("create table if not exists history(seq bigint auto_increment primary key,"
                        + " name varchar not null, body clob not null)");
                statement.execute("create table if not exists settings(name varchar primary key, body clob not null)");
            }
            return new H2GroupStore(connection);
        } catch (SQLException e) {
            throw new StoreException(
                    "SNT0901",
                    "store: " + directory + " cannot be opened (" + innermost(e) + "). Maybe "
                            + (e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1
                                    ? "another 'sinter' runs this application: 'sinter down' ends it"
                                    : "the disk is full, or the directory is another user's"),
                    e);
        }
    }

    @Override
    public List<GroupStatus> groups() {
        return read("select body from groups order by name");
    }

    @Override
    public @Nullable GroupStatus group(String name) {
        List<GroupStatus> found = read("select body from groups where name = ?", name);
        return found.isEmpty() ? null : found.getFirst();
    }

    @Override
    public void put(GroupStatus group) {
        String body = write(group);
        update("merge into groups(name, body) key(name) values(?, ?)", group.name(), body);
        update("insert into history(name, body) values(?, ?)", group.name(), body);
        update("delete from history where seq <= (select max(seq) from history) - " + HISTORY_ROWS);
    }

    @Override
    public List<GroupStatus> history(String name, int limit) {
        List<GroupStatus> newestFirst =
                new ArrayList<>(read("select body from history where name = ? order by seq desc limit " + limit, name));
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** A setting that must outlive the process, or null. */
    public @Nullable String setting(String name) {
        lock.lock();
        try (PreparedStatement statement = prepare("select body from settings where name = ?", name);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    /** Stores a setting. */
    public void putSetting(String name, String value) {
        update("merge into settings(name, body) key(name) values(?, ?)", name, value);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    private List<GroupStatus> read(String sql, String... arguments) {
        lock.lock();
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<GroupStatus> found = new ArrayList<>();
            while (rows.next()) {
                found.add(json.readValue(rows.getString(1), GroupStatus.class));
            }
            return found;
        } catch (SQLException | JsonProcessingException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    private void update(String sql, String... arguments) {
        lock.lock();
        try (PreparedStatement statement = prepare(sql, arguments)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    private PreparedStatement prepare(String sql, String... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setString(i + 1, arguments[i]);
        }
        return statement;
    }

    private String write(GroupStatus group) {
        try {
            return json.writeValueAsString(group);
        } catch (JsonProcessingException e) {
            throw failed(e);
        }
    }

    private static StoreException failed(Exception e) {
        return new StoreException("SNT0902", "store: " + innermost(e) + ". Maybe the disk is full", e);
    }

    /** What the system said; H2's own words around it are about its classes. */
    private static String innermost(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
