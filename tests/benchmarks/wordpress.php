<?php
// Installs WordPress in this folder, and writes the posts of a file of JSON into it (peers.py). Prints their numbers.

define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('The blog', 'admin', 'admin@example.org', true, '', 'a long password');
foreach (get_posts(['numberposts' => -1, 'post_type' => 'any']) as $post) {
    wp_delete_post($post->ID, true);
}

$options = [
    'comment_moderation' => 0,
    'comment_previously_approved' => 0,
    'comments_notify' => 0,
    'moderation_notify' => 0,
    'comment_max_links' => 0,
    'thread_comments' => 1,
    'thread_comments_depth' => 5,
    'page_comments' => 1,
    'comments_per_page' => 50,
    'default_comments_page' => 'oldest',
    'comment_order' => 'asc',
];
foreach ($options as $name => $value) {
    update_option($name, $value);
}

wp_suspend_cache_addition(true);
wp_defer_comment_counting(true);
$numbers = [];
foreach (json_decode(file_get_contents($argv[1]), true) as $row) {
    $post = wp_insert_post([
        'post_title' => $row['title'],
        'post_content' => $row['body_html'],
        'post_status' => 'publish',
        'post_date' => $row['published_at'],
        'tags_input' => $row['tags'],
    ]);
    $numbers[$row['pk']] = $post;
    $known = [];
    foreach ($row['comments'] as [$pk, $parent, $name, $text, $time]) {
        $known[$pk] = wp_insert_comment([
            'comment_post_ID' => $post,
            'comment_parent' => $parent ? $known[$parent] : 0,
            'comment_author' => $name,
            'comment_author_email' => 'bo@example.org',
            'comment_content' => $text,
            'comment_date' => $time,
            'comment_approved' => 1,
        ]);
    }
    wp_update_comment_count_now($post);
}
echo json_encode($numbers);
