// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import Scenarios
import SourceText
import TestSupport
import Testing

/// First scenarios for patches.
struct DraftTests {
  private static let header = """
    struct foo_dev { struct mutex lock; struct list_head list; struct kref kref; struct work_struct work; wait_queue_head_t wait; struct { struct list_head users; struct list_head others; } lists; };
    int foo_hw_start(struct foo_dev *dev, int speed);
    struct foo_dev *foo_find(int id);
    void foo_hw_stop(void) __attribute__((error("no")));
    extern struct mutex foo_mutex;
    """
  private static let code = """
    #include <linux/foo.h>
    static void foo_work(struct work_struct *work)
    {
    	struct foo_dev *dev = container_of(work, struct foo_dev, work);

    	dev->list.next = NULL;
    }
    static void foo_reset(struct foo_dev *dev)
    {
    	mutex_lock(&foo_mutex);
    	foo_hw_start(dev, 3);
    	foo_hw_stop();
    	mutex_unlock(&foo_mutex);
    }
    static int foo_release(struct inode *inode, struct file *file)
    {
    	foo_reset(file->private_data);
    	return foo_find(2) ? 0 : -ENODEV;
    }
    static int foo_open(struct inode *inode, struct file *file)
    {
    	return 0;
    }
    static const struct file_operations foo_fops = { .open = foo_open, .release = foo_release };
    int foo_add(struct foo_dev *dev)
    {
    	INIT_WORK(&dev->work, foo_work);
    	return 0;
    }
    static void foo_wake(struct foo_dev *dev)
    {
    	if (kref_read(&dev->kref) && !list_empty(&dev->lists.users))
    		wake_up(&dev->wait);
    }
    """
  private static let tree = MemoryTree(["drivers/foo.c": code, "include/linux/foo.h": header])

  private func draft(_ lines: [Int]) throws -> ScenarioDraft {
    let path = try #require(TreePath("drivers/foo.c"))
    return try ScenarioDraft(
      id: "draft/foo", title: "foo: reset \"all\"",
      touched: [ScenarioDraft.Touched(path: path, lines: lines)],
      symbols: ["FOO"], in: Self.tree, of: .builtIn)
  }

  /// Threads are what reaches the lines that are touched; stubs have the heads that headers declare.
  @Test func makesThreadsObjectsAndStubs() throws {
    let text = try draft([11]).page.text
    for part in [
      "void thread_foo_release(void)\n{\n\tfoo_release(the_inode, the_file);\n}",
      "the_file = kzalloc(sizeof(*the_file), GFP_KERNEL);",
      "int foo_hw_start(struct foo_dev *dev, int speed)\n{\n\treturn 0;\n}",
      "struct foo_dev *foo_find(int id)\n{\n\treturn NULL;\n}", "void foo_hw_stop(void)\n{\n}",
      "struct mutex foo_mutex;",
      "title: \"foo: reset all\"", "config: [FOO]",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(!text.contains("thread_foo_open") && !text.contains("thread_foo_work"))
  }

  /// The struct around a parameter, and what the kernel sets in it before anybody uses it.
  @Test func makesTheObjectAroundAMember() throws {
    let text = try draft([5, 26]).page.text
    for part in [
      "foo_work(&the_foo_dev->work);", "foo_add(the_foo_dev);", "INIT_LIST_HEAD(&the_foo_dev->list);",
      "kref_init(&the_foo_dev->kref);", "init_waitqueue_head(&the_foo_dev->wait);",
      "INIT_LIST_HEAD(&the_foo_dev->lists.users);",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(!text.contains("others"), "the code does not name it")
  }

  /// It can be run as it is.
  @Test(arguments: [[11], [5, 26], [20]]) func compiles(_ lines: [Int]) throws {
    let draft = try draft(lines)
    let exploration = try Scenario(draft.page).check(in: Self.tree, of: .builtIn, clock: { 0 })
    #expect(exploration.states > 0)
    #expect(!exploration.obstacles.contains { $0.contains("must give a stub") }, "\(exploration.obstacles)")
  }

  @Test func refusesWhatTouchesNoCode() throws {
    #expect(throws: ScenarioError.self) {
      try ScenarioDraft(
        id: "a/b", title: "t",
        touched: [ScenarioDraft.Touched(path: #require(TreePath("Makefile")), lines: [1])],
        symbols: [], in: Self.tree, of: .builtIn)
    }
    #expect(throws: ScenarioError.self) { try draft([1]) }
  }
}
